"""From bytes to text: pages, feeds, boards and post answers, each read within limits and without a network."""

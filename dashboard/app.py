"""The router: one start script for every page, with the header that each page bears."""

import streamlit as st

from dashboard.pages import PAGES

st.navigation(
    [
        st.Page(page.file, title=page.title, url_path=page.path, default=page is PAGES[0])
        for page in PAGES
    ]
).run()

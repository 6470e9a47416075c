"""The router: the one start script of every page; draws the frame and runs the page asked for."""

import streamlit as st

from dashboard import frame, text
from dashboard.pages import PAGES

st.set_page_config(page_title=text.PRODUCT, layout="wide")
page = st.navigation(
    [
        st.Page(spec.file, title=spec.title, url_path=spec.path, default=spec is PAGES[0])
        for spec in PAGES
    ]
)
frame.around(page.run)

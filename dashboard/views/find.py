"""View."""

import streamlit as st

st.text("建设中")

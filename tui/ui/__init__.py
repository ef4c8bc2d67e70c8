"""The dashboard: a Textual app that looks at hosts through `tui.client` and owns nothing that must survive."""

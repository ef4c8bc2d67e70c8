"""The dashboard's own widgets. Each draws values that it is given and posts messages; none asks a host."""

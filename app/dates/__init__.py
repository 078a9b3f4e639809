"""What do expressions of time mean? EDTF, periods and wordings; pure."""

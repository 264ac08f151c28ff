"""Editions with their phases, pools, sectors and organisations."""

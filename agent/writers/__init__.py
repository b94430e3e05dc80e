"""Writers: from evidence to statements. Extractive ones quote; every statement keeps its spans."""

"""The report: one HTML page, without a network, that shows an alignment instead of telling of it."""

from align.report.build import ReportSettings, default_output, write_report

__all__ = ["ReportSettings", "default_output", "write_report"]

"""What anybody may do without signing in: report, join, follow a case, see what goes on around."""

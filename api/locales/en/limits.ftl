# What would have been accepted, as the business says it.

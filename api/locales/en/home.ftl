# The first page.
home = First page
home-what-waits = What waits for you
home-nothing = Nothing waits for you.

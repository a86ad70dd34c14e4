"""`kb check`: the checks of the studio for teams who write in Git, with an exit status for their CI."""

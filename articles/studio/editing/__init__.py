"""Write: the form, its saving and merging, working copies, pictures, links, templates."""

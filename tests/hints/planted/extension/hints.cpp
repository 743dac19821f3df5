// Two hints that nobody can follow, among others.
const char* const kHints[] = {"Add it with command_center.set_thing().",
                              "Add it with command_center.put_thing().",
                              "It is down: see "
                              "command_center.things."};

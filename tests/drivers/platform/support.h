// What the tests of this folder share: the platform files that ship, and a context for dialogues.
#pragma once

#include "drivers/platform/dialogue.h"
#include "drivers/platform/procedure.h"
#include "tests/support/machine_driver.h"

#include <gtest/gtest.h>

namespace rollover::platform {

/// The platforms of drivers/platforms; tests run in the project's folder.
inline std::shared_ptr<const description> shipped(std::string_view name) {
    static const library all = [] {
        diagnostics mistakes;
        auto read = library::read({"drivers/platforms"}, mistakes);
        for (const auto& m : mistakes) {
            ADD_FAILURE() << to_string(m);
        }
        return read;
    }();
    return all.find(name);
}

inline dialogue_context context_for(std::shared_ptr<const description> how) {
    dialogue_context c;
    c.match = how->compiled;
    c.how = std::move(how);
    c.who.user = "lab";
    c.who.password = secret("secret");
    c.who.enable_password = secret("enablesecret");
    c.note = [](severity, const std::string&) {};
    return c;
}

/// At home, with an open prompt, as after a first dialogue.
inline dialogue_context at_home(std::string_view platform, std::string open_line) {
    auto c = context_for(shipped(platform));
    c.position = c.how->find_state(c.how->home);
    c.open_line = std::move(open_line);
    c.met = true;
    return c;
}

}  // namespace rollover::platform

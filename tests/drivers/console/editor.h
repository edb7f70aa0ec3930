// A device's line editor behind the fake line, which a test can disturb.
#pragma once

#include "tests/drivers/console/console_rig.h"

#include <functional>
#include <string>
#include <vector>

namespace rollover::console {

/// A line editor at "R1(config)#": ^U erases what is typed as terminals show it, CR takes the line.
struct editor {
    explicit editor(console_rig& r) : rig(r) {
        rig.line->on_arrival = [this](char c) { receive(c); };
    }

    void receive(char c) {
        ++received;
        if (disturb && disturb(c)) {
            return;
        }
        if (c == '\x15') {
            std::string erased;
            for (std::size_t i = 0; i < line.size(); ++i) {
                erased += "\b \b";
            }
            rig.line->say(erased);
            line.clear();
        } else if (c == '\r') {
            taken.push_back(line);
            line.clear();
            rig.line->say("\r\nR1(config)#");
        } else {
            line += c;
            rig.line->say(std::string(1, c));
        }
    }

    console_rig& rig;
    std::function<bool(char)> disturb;  // true: it has dealt with the character
    std::string line;
    std::vector<std::string> taken;
    int received = 0;
};

inline result<void> type_at(console_rig& rig, const std::function<void(editor&)>& prepare, std::string text,
                            std::vector<std::string>& taken, const typing& how = {}) {
    result<void> ended;
    rig.run([&](console_rig& r) -> task<void> {
        editor device(r);
        prepare(device);
        r.line->say("R1(config)#");
        co_await r.it->listen(std::chrono::milliseconds(50), never);
        ended = co_await r.it->type(text, how, never);
        co_await r.it->listen(std::chrono::milliseconds(50), r.rt.now() + std::chrono::seconds(2));
        taken = device.taken;
        r.line->on_arrival = nullptr;
    });
    return ended;
}

}  // namespace rollover::console

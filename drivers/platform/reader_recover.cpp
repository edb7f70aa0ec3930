#include "drivers/platform/reader_recover.h"

#include "drivers/platform/reader_procedures.h"

namespace rollover::platform {

recovery read_recover(const element& e) {
    e.allow({}, {"interrupt", "command"});
    recovery all;
    all.place = e.place();
    all.steps = read_steps(e);
    const auto stop = only_child(e, "interrupt");
    if (!stop) {
        e.complain("a <recover> needs <interrupt>", "say how the boot loader is stopped");
        return all;
    }
    stop->allow({"match", "until", "every", "limit"}, {"break", "type", "key"});
    all.match = stop->pattern("match", true);
    all.until = stop->required("until");
    all.every = stop->time("every", all.every);
    all.limit = stop->time("limit", all.limit);
    all.type = read_all_keystrokes(*stop);
    if (const auto one = only_child(*stop, "break")) {
        one->allow({}, {});
        all.sends_break = true;
    }
    if (all.sends_break == !all.type.empty()) {
        stop->complain("an <interrupt> is either a <break/> or keys", "one <break/>, or <key> and <type> elements");
    }
    return all;
}

}  // namespace rollover::platform

// A device that says anything at all: every dialogue comes to an end, no password is ever in a failure, and what was
// typed is bounded. The input is cut at zero bytes; each piece is one answer. Run in the project's folder.
#include "drivers/console/screen.h"
#include "drivers/platform/procedure.h"

#include <algorithm>
#include <cstdlib>

namespace {

using namespace rollover;
using namespace rollover::platform;

const library& platforms() {
    static const library all = [] {
        diagnostics mistakes;
        return library::read({"drivers/platforms"}, mistakes);
    }();
    return all;
}

constexpr std::size_t most_actions = 100'000;
// No device of this test can say it: Q is taken out of what it says.
const std::string password = "QQ-QQ-QQ";

void hold(machine& m, std::string_view& answers, console::screen& screen, time_point& now) {
    dialogue_event came;
    came.now = now;
    for (std::size_t actions = 0;; ++actions) {
        if (actions == most_actions) {
            std::abort();  // a dialogue without an end
        }
        const auto next = m.advance(came);
        if (next.ends()) {
            if (next.why && describe(*next.why).find(password) != std::string::npos) {
                std::abort();  // rule 9
            }
            return;
        }
        came = dialogue_event();
        if (next.what == action::kind::type) {
            came.what = dialogue_event::kind::typed;
            came.now = now;
            continue;
        }
        came.what = dialogue_event::kind::heard;
        const auto end = std::min(answers.find('\0'), answers.size());
        if (end == 0) {
            now += next.limit;
            came.heard = console::heard::nothing;
        } else {
            now += next.quiet;
            came.heard = answers[0] == '\x01' ? console::heard::chatter : console::heard::quiet;
            screen.feed(answers.substr(0, end));
        }
        answers.remove_prefix(std::min(end + 1, answers.size()));
        auto seen = screen.take(true);
        came.lines = std::move(seen.lines);
        came.open_line = std::move(seen.open_line);
        came.now = now;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size < 2) {
        return 0;
    }
    const auto names = platforms().names();
    dialogue_context c;
    c.how = platforms().find(names.at(data[0] % names.size()));
    c.match = c.how->compiled;
    c.who.user = "lab";
    c.who.password = secret(password);
    c.who.enable_password = secret(password);
    c.interfaces = {"eth0"};
    c.note = [](severity, const std::string&) {};
    const std::vector<typed_line> lines{{"hostname A", {}}, {"interface eth0", {}}};
    const configuration before{"hostname R1"};
    std::string said(reinterpret_cast<const char*>(data) + 2, size - 2);
    std::replace(said.begin(), said.end(), 'Q', 'q');
    std::string_view answers(said);
    console::screen screen(2000);
    time_point now{};
    if ((data[1] & 1U) != 0) {
        c.position = c.how->find_state(c.how->home);
    }
    const auto first = (data[1] & 2U) != 0 ? make_configure(c, lines, nullptr) : make_bring_home(c);
    hold(*first, answers, screen, now);
    const auto second = (data[1] & 4U) != 0 ? make_erase(c, before) : make_read(c);
    hold(*second, answers, screen, now);
    return 0;
}

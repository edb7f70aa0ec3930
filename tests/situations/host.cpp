#include "tests/situations/host.h"

namespace rollover::situations {

void host::prompt() {
    if (!logged_in) {
        say(name + " login: ");
        return;
    }
    auto shown = open_quote ? std::string("> ") : ps1_;
    if (const auto at = shown.find("$?"); at != std::string::npos) {
        shown.replace(at, 2, std::to_string(status));
    }
    say(shown);
}

/// VAR=$PS1; PS1='text' and PS1=$VAR are all that a test here needs of assignments.
void host::assign(const std::string& line) {
    const auto quoted = line.find("PS1='");
    if (quoted != std::string::npos) {
        kept_ = ps1_;
        ps1_ = line.substr(quoted + 5, line.rfind('\'') - quoted - 5);
    } else {
        ps1_ = kept_;
    }
}

void host::command(const std::string& line) {
    say("\r\n");
    if (open_quote) {
        prompt();
        return;
    }
    status = 0;
    if (const auto own = commands.find(line); own != commands.end()) {
        own->second();
    } else if (line.find("PS1=") != std::string::npos) {
        assign(line);
    } else if (!line.empty()) {
        ran.push_back(line);
    }
    prompt();
}

void host::control(char character) {
    if (character == '\x03') {
        forget_line();
        open_quote = false;
        status = 130;
        say("^C\r\n");
        prompt();
    }
}

}  // namespace rollover::situations

#include "tests/situations/router.h"

#include "engine/base/text.h"

#include <array>

namespace rollover::situations {

namespace {

constexpr std::size_t longest_host_in_configuration = 20;  // netmiko issue 216: the name is cut there

bool belongs_to_interface(std::string_view line) {
    constexpr std::array<std::string_view, 5> words = {"ip address", "no ip address", "shutdown", "no shutdown",
                                                       "description"};
    return std::any_of(words.begin(), words.end(), [&](std::string_view w) { return line.starts_with(w); });
}

}  // namespace

std::string router::prompt_text() const {
    if (mode == "user") {
        return host + ">";
    }
    if (mode == "exec") {
        return host + "#";
    }
    return mode.empty() ? std::string() : host.substr(0, longest_host_in_configuration) + "(" + mode + ")#";
}

void router::prompt() {
    if (print_prompt) {
        print_prompt(prompt_text());
    } else {
        say(prompt_text());
    }
}

void router::reject() {
    say("            ^\r\n% Invalid input detected at '^' marker.\r\n\r\n");
}

void router::log_out() {
    // The bytes of `mock_data/iosxe/iosxe_mock_cat9k.yaml` (c9k_console_available) in unicon.plugins.
    forget_line();
    mode.clear();
    say("\r\n\r\n\r\n" + host + " con0 is now available\r\n\r\n\r\n\r\n\r\n\r\nPress RETURN to get started.\r\n\r\n");
}

void router::command(const std::string& line) {
    const std::string text(trim(line));
    say("\r\n");
    if (const auto own = commands.find(text); own != commands.end()) {
        const auto script = own->second;  // which may well remove itself
        script();
        return;
    }
    if (mode.empty()) {
        mode = "user";
    } else if (configuring()) {
        in_configuration(text);
    } else {
        in_exec(text);
    }
    prompt();
}

void router::in_exec(const std::string& line) {
    if (line.empty()) {
        return;
    }
    executed.push_back(line);
    if (line == "enable" && mode == "user") {
        mode = "exec";
    } else if (mode == "exec" && line == "configure terminal") {
        say("Enter configuration commands, one per line.  End with CNTL/Z.\r\n");
        mode = "config";
    } else if (mode == "user" || !(line.starts_with("terminal ") || line.starts_with("show "))) {
        reject();
    }
}

void router::in_configuration(const std::string& line) {
    if (line.empty() || line.starts_with("!")) {
        return;
    }
    if (line == "end") {
        mode = "exec";
        return;
    }
    if (line == "exit") {
        mode = mode == "config" ? "exec" : "config";
        return;
    }
    if (mode != "config-if" && belongs_to_interface(line)) {
        reject();
        return;
    }
    configured.push_back(line);
    if (line.starts_with("interface ")) {
        mode = "config-if";
    } else if (line.starts_with("line ")) {
        mode = "config-line";
    } else if (line.starts_with("router ")) {
        mode = "config-router";
    } else if (line.starts_with("hostname ")) {
        host = line.substr(std::string_view("hostname ").size());
    }
    if (on_configured) {
        on_configured(line);
    }
}

void router::control(char character) {
    if (mode.empty() || (character != '\x03' && character != '\x1a')) {
        return;
    }
    // Ctrl-Z ends configuration mode; Ctrl-C aborts the line, and in configuration mode ends that too.
    forget_line();
    say(character == '\x1a' ? "^Z\r\n" : "\r\n");
    if (configuring()) {
        mode = "exec";
    }
    prompt();
}

}  // namespace rollover::situations

// The questions of a router: initial configuration dialog, autoinstall, logging in and out.
#include "simulators/device/ios/router.h"

#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view initial_question = "Would you like to enter the initial configuration dialog? [yes/no]: ";
constexpr std::string_view management_question = "Would you like to enter basic management setup? [yes/no]: ";
constexpr std::string_view autoinstall_question = "Would you like to terminate autoinstall? [yes]: ";
constexpr std::string_view return_text = "\n\nPress RETURN to get started!\n\n\n";
constexpr std::string_view insist = "% Please answer 'yes' or 'no'.\n";
constexpr int allowed_tries = 3;

enum class choice { yes, no, neither };

// IOS takes any beginning of the two words.
choice choice_of(std::string_view answer) {
    const std::string_view trimmed = answer.substr(std::min(answer.find_first_not_of(' '), answer.size()));
    if (trimmed.empty()) {
        return choice::neither;
    }
    if (std::string_view("yes").substr(0, trimmed.size()) == trimmed) {
        return choice::yes;
    }
    return std::string_view("no").substr(0, trimmed.size()) == trimmed ? choice::no : choice::neither;
}

}  // namespace

void router::setup_dialog(bool silently) {
    if (!silently) {
        say("\n         --- System Configuration Dialog ---\n\n");
    }
    const auto answered = [this](const std::string& answer) { setup_answer(answer); };
    const auto aborted = [this] { press_return(return_text); };
    terminal_.ask(std::string(initial_question), answered, aborted, silently);
}

void router::setup_answer(const std::string& answer) {
    switch (choice_of(answer)) {
        case choice::yes:
            say("\nAt any point you may enter a question mark '?' for help.\n"
                "Use ctrl-c to abort configuration dialog at any prompt.\n"
                "Default settings are in square brackets '[]'.\n\n\n"
                "Basic management setup configures only enough connectivity\n"
                "for management of the system, extended setup will ask you\n"
                "to configure each interface on the system\n\n");
            management_setup();
            break;
        case choice::no: ask_autoinstall(); break;
        case choice::neither:
            say(insist);
            terminal_.ask(
                std::string(initial_question), [this](const std::string& next) { setup_answer(next); },
                [this] { press_return(return_text); });
            break;
    }
}

void router::management_setup() {
    terminal_.ask(
        std::string(management_question), [this](const std::string& answer) { management_answer(answer); },
        [this] { press_return(return_text); });
}

void router::management_answer(const std::string& answer) {
    if (choice_of(answer) == choice::neither) {
        say(insist);
        management_setup();
        return;
    }
    say("Configuring global parameters:\n\n");
    ask_hostname();
}

void router::ask_hostname() {
    terminal_.ask(
        "  Enter host name [Router]: ",
        [this](const std::string& name) {
            say("\n  The enable secret is a password used to protect access to\n"
                "  privileged EXEC and configuration modes. This password, after\n"
                "  entered, becomes encrypted in the configuration.\n");
            ask_secret(name.empty() ? "Router" : name);
        },
        [this] { press_return(return_text); });
}

void router::ask_secret(const std::string& hostname) {
    terminal_.ask(
        "  Enter enable secret: ",
        [this, hostname](const std::string& secret) {
            if (secret.empty()) {
                say("% No defaulting allowed\n");
                ask_secret(hostname);
                return;
            }
            say("\n[0] Go to the IOS command prompt without saving this config.\n"
                "[1] Return back to the setup without saving this config.\n"
                "[2] Save this configuration to nvram and exit.\n\n");
            ask_selection(hostname, secret);
        },
        [this] { press_return(return_text); });
}

void router::ask_selection(const std::string& hostname, const std::string& secret) {
    const auto answered = [this, hostname, secret](const std::string& answer) {
        selection_answer(hostname, secret, answer);
    };
    terminal_.ask("Enter your selection [2]: ", answered, [this] { press_return(return_text); });
}

void router::selection_answer(const std::string& hostname, const std::string& secret, const std::string& answer) {
    if (answer == "0") {
        press_return(return_text);
    } else if (answer == "1") {
        management_setup();
    } else if (answer == "2" || answer.empty()) {
        configuration_.enter();
        configuration_.line("hostname " + hostname, 0);
        configuration_.line("enable secret " + secret, 0);
        say("Building configuration...\n");
        terminal_.busy(scaled(2s), [this] {
            startup_ = configuration_.lines();
            say("[OK]\nUse the enabled mode 'configure' command to modify this configuration.\n");
            press_return(return_text);
        });
    } else {
        ask_selection(hostname, secret);
    }
}

void router::ask_autoinstall() {
    const auto answered = [this](const std::string& answer) { autoinstall_answer(answer); };
    terminal_.ask("\n" + std::string(autoinstall_question), answered, [this] { press_return(return_text); });
}

void router::autoinstall_answer(const std::string& answer) {
    if (!answer.empty() && choice_of(answer) == choice::neither) {
        say(insist);
        ask_autoinstall();
        return;
    }
    if (!answer.empty() && choice_of(answer) == choice::no) {
        log_later(20s, "%Error opening tftp://255.255.255.255/network-confg (Timed out)");
        log_later(40s, "%Error opening tftp://255.255.255.255/cisconet.cfg (Timed out)");
    }
    terminal_.busy(scaled(3s), [this] {
        press_return(return_text);
        for (const std::string& name : configuration_.interface_names()) {
            log_later(1500ms,
                      fmt::format("%LINK-5-CHANGED: Interface {}, changed state to administratively down", name));
        }
        log_later(2s, "%SYS-5-RESTART: System restarted --");
    });
}

void router::press_return(std::string_view text) {
    level_ = level::user;
    configuration_.enter();
    say(text);
    terminal_.wait_for_return([this] {
        say("\n");
        login();
    });
}

void router::login() {
    tries_ = 0;
    if (const std::string motd = value_of(configuration_.lines(), "banner motd"); motd.size() >= 4) {
        say("\n" + motd.substr(2, motd.size() - 4));
    }
    const config_line* line = configuration_.console_line();
    if (line != nullptr && find_line(line->lines, "login local") != nullptr) {
        say("\n\nUser Access Verification\n\n");
        ask_username();
    } else if (line != nullptr && find_line(line->lines, "login") != nullptr) {
        if (value_of(line->lines, "password").empty()) {
            say("\n\nPassword required, but none set\n");
            log_out();
            return;
        }
        say("\n\nUser Access Verification\n\n");
        ask_line_password();
    } else {
        enter_exec(false);
    }
}

void router::ask_username() {
    const auto answered = [this](const std::string& user) {
        if (user.empty()) {
            ask_username();
            return;
        }
        terminal_.ask_password("Password: ", [this, user](const std::string& password) { check_user(user, password); });
    };
    terminal_.ask("Username: ", answered);
}

void router::check_user(const std::string& user, const std::string& password) {
    const std::string stored = value_of(configuration_.lines(), "username " + user);
    for (const std::string_view word : {"secret ", "password "}) {
        const std::size_t at = stored.find(word);
        if (at != std::string::npos && password_matches(password, std::string_view(stored).substr(at + word.size()))) {
            enter_exec(stored.find("privilege 15") != std::string::npos);
            return;
        }
    }
    login_failed("% Login invalid\n\n", [this] { ask_username(); });
}

void router::ask_line_password() {
    terminal_.ask_password("Password: ", [this](const std::string& typed) {
        const config_line* line = configuration_.console_line();
        if (line != nullptr && password_matches(typed, value_of(line->lines, "password"))) {
            enter_exec(false);
            return;
        }
        login_failed("", [this] { ask_line_password(); });
    });
}

void router::login_failed(std::string_view text, terminal::action again) {
    ++tries_;
    // IOS takes its time after a wrong password.
    terminal_.busy(scaled(2s), [this, text, again = std::move(again)] {
        say(text);
        if (tries_ < allowed_tries) {
            again();
            return;
        }
        say("% Bad passwords\n");
        log_out();
    });
}

void router::enter_exec(bool privileged) {
    level_ = privileged ? level::privileged : level::user;
    configuration_.enter();
    terminal_.length = 24;
    terminal_.width = 80;
    apply_line_settings();
    const config_line* line = configuration_.console_line();
    if (line != nullptr && value_of(line->lines, "privilege level") == "15") {
        level_ = level::privileged;
    }
    say("\n");
    read_command();
}

// With `exec-timeout` on the console an idle session ends, whatever mode it is in. The ten minutes that IOS has by
// default are left out on purpose: a router would never be found in the state in which its last user left it.
void router::watch_idleness() {
    const config_line* line = configuration_.console_line();
    const std::string value = line == nullptr ? std::string() : value_of(line->lines, "exec-timeout");
    if (value.empty() || idle_watch_ != 0) {
        return;
    }
    const std::size_t blank = value.find(' ');
    const auto limit = std::chrono::minutes(std::stoul(value)) +
                       std::chrono::seconds(blank == std::string::npos ? 0 : std::stoul(value.substr(blank + 1)));
    if (limit.count() == 0) {
        return;
    }
    idle_watch_ = later_.at(std::max(last_input_, runtime_.now() - limit + 1s) + limit, [this, limit] {
        idle_watch_ = 0;
        if (!terminal_.reads_command()) {
            return;
        }
        if (runtime_.now() - last_input_ < limit) {
            watch_idleness();
            return;
        }
        log_out();
    });
}

void router::log_out() {
    say(fmt::format("\n\n\n\n\n\n{} con0 is now available\n", configuration_.hostname()));
    press_return("\n\n\n\n\nPress RETURN to get started.\n\n\n\n\n\n");
}

void router::apply_line_settings() {
    const config_line* line = configuration_.console_line();
    if (line == nullptr) {
        return;
    }
    if (options_.set_speed) {
        const std::string speed = value_of(line->lines, "speed");
        options_.set_speed(speed.empty() ? 0U : static_cast<std::uint32_t>(std::stoul(speed)));
    }
    terminal_.synchronous = find_prefix(line->lines, "logging synchronous") != nullptr;
    if (const std::string length = value_of(line->lines, "length"); !length.empty()) {
        terminal_.length = static_cast<std::size_t>(std::stoul(length));
    }
    if (const std::string width = value_of(line->lines, "width"); !width.empty()) {
        terminal_.width = static_cast<std::size_t>(std::stoul(width));
    }
}

}  // namespace rollover::sim::ios

// Reading commands at the console of the router: prompts, editing events, the way from a line to its effect, log
// messages.
#include "simulators/device/ios/exec_commands.h"
#include "simulators/device/ios/interfaces.h"
#include "simulators/device/ios/router.h"

#include <fmt/format.h>

namespace rollover::sim::ios {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_prompt = 30;    // "(config-service-profil)#": Cisco IOS command reference, hostname
constexpr std::size_t longest_hostname = 20;  // in configuration mode (netmiko issues 210, 2755)

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string()
                                           : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

}  // namespace

std::string router::prompt() const {
    const std::string host = configuration_.hostname();
    if (level_ != level::configuring) {
        return host + (level_ == level::user ? ">" : "#");
    }
    if (!configuration_.is_on("service prompt config")) {
        return {};
    }
    const std::string start = host.substr(0, longest_hostname) + "(";
    const std::string_view mode = prompt_of(configuration_.mode());
    return start + std::string(mode.substr(0, longest_prompt - start.size() - 2)) + ")#";
}

void router::read_command(std::string with, bool silently) {
    filter_.clear();
    watch_idleness();
    terminal_.read(
        prompt(), [this](key_event event, const std::string& text) { on_key(event, text); }, std::move(with), silently);
}

void router::on_key(key_event event, const std::string& text) {
    const bool configuring = level_ == level::configuring;
    switch (event) {
        case key_event::none: break;
        case key_event::help: show_help(text); break;
        case key_event::complete: complete(text); break;
        case key_event::abort:
            say(configuring ? "^C\n" : "\n");
            if (configuring) {
                leave_config();
            }
            read_command();
            break;
        case key_event::end:
        case key_event::line: {
            const bool ends = event == key_event::end && configuring;
            say(event == key_event::end ? "^Z\n" : "\n");
            const std::string line = trimmed(text);
            if (line.empty()) {
                if (ends) {
                    leave_config();
                }
                read_command();
                return;
            }
            terminal_.editor.remember(text);
            busy_until_ = runtime_.now() + options_.line_time;
            terminal_.busy(options_.line_time, [this, text, ends] { run(text, ends); });
            break;
        }
    }
}

void router::run(const std::string& line, bool then_leave) {
    if (level_ == level::configuring) {
        run_config(line, then_leave);
    } else {
        run_exec(line, prompt().size());
    }
}

void router::run_exec(const std::string& line, std::size_t prompt_length) {
    const std::size_t bar = line.find('|');
    const std::string command = line.substr(0, bar);
    filter_ = bar == std::string::npos ? std::string() : trimmed(std::string_view(line).substr(bar + 1));
    if (trimmed(command).empty() || trimmed(command).front() == '!') {
        done();
        return;
    }
    const exec_commands& table = exec_commands::of(level_ != level::user);
    const auto names = [this](std::string_view word) { return configuration_.name_interface(word, false); };
    const parsed words = table.parser.parse(command, 0, false, names);
    const std::string word = trimmed(command);
    switch (words.status) {
        case parse_status::ok:
            (this->*table.entries[static_cast<std::size_t>(words.command)].run)(words.arguments);
            return;
        case parse_status::ambiguous: say(fmt::format("% Ambiguous command:  \"{}\"\n", word)); break;
        case parse_status::incomplete:
            say(word.size() >= 2 && std::string_view("show").substr(0, word.size()) == word
                    ? "% Type \"show ?\" for a list of subcommands\n"
                    : "% Incomplete command.\n\n");
            break;
        case parse_status::invalid:
            if (word.find(' ') == std::string::npos) {
                unknown_word(word);
                return;
            }
            say(std::string(prompt_length + words.column, ' ') + "^\n% Invalid input detected at '^' marker.\n\n");
            break;
    }
    done();
}

// A single unknown word is taken for the name of a host to connect to.
void router::unknown_word(const std::string& word) {
    const auto give_up = [this] {
        say("% Unknown command or computer name, or unable to find computer address\n");
        done();
    };
    const auto aborted = [this] {
        say("\n");
        done();
    };
    if (!configuration_.is_on("ip domain lookup")) {
        say(fmt::format("Translating \"{}\"\n\nTranslating \"{}\"\n", word, word));
        give_up();
        return;
    }
    const std::string asking = fmt::format("Translating \"{}\"...domain server (255.255.255.255)", word);
    say(asking);
    const auto once_more = [this, asking, give_up, aborted] {
        say("\n (255.255.255.255)\n" + asking + "\n");
        terminal_.busy(scaled(9s), give_up, aborted);
    };
    terminal_.busy(scaled(9s), once_more, aborted);
}

void router::run_config(const std::string& line, bool then_leave) {
    config_answer answer = configuration_.line(line, prompt().size());
    answer.leave = answer.leave || then_leave;
    keep(answer);
    modified_ = modified_ || answer.changed;
    say(answer.text);
    after_config(answer);
}

void router::keep(config_answer& answer) {
    if (answer.changed) {
        kept_.vlans = vlans_of(configuration_.lines());
    }
    if (answer.key) {
        kept_.key = *answer.key;
    }
    if (const auto wanted = register_from(answer.register_word)) {
        kept_.next_register = *wanted;
        answer.changed = true;
    } else if (!answer.register_word.empty()) {
        answer.text = "% Invalid configuration register\n";
    }
}

void router::after_config(const config_answer& answer) {
    for (const auto& [interface, up] : answer.links) {
        link_changed(interface, up);
    }
    if (answer.changed) {
        apply_line_settings();
    }
    if (!answer.banner.empty()) {
        read_banner(answer);
    } else if (!answer.question.empty()) {
        terminal_.ask(answer.question, [this](const std::string&) {
            terminal_.busy(scaled(4s), [this] {
                say("% Generating 512 bit RSA keys, keys will be non-exportable...[OK]\n\n");
                read_command();
            });
        });
    } else if (!answer.exec.empty()) {
        run_exec(answer.exec, prompt().size() + 3);
    } else {
        if (answer.leave) {
            leave_config();
        }
        read_command();
    }
}

void router::read_banner(const config_answer& answer) {
    banner_text_ = answer.banner_begun + "\n";
    const auto take = [this, delimiter = answer.banner, header = answer.banner_header](char c) {
        banner_text_.push_back(c == '\r' ? '\n' : c);
        const std::size_t end = banner_text_.find(delimiter);
        // What follows the delimiter on its line is read and dropped.
        if (end == std::string::npos || (c != '\r' && c != '\n' && delimiter != "\x03")) {
            return false;
        }
        configuration_.set_banner(header, std::string_view(banner_text_).substr(0, end));
        modified_ = true;
        if (delimiter == "\x03") {
            say("\n");
        }
        read_command();
        return true;
    };
    terminal_.read_raw(take);
}

void router::leave_config() {
    level_ = level::privileged;
    configuration_.enter();
    log_later(std::chrono::milliseconds(20 + dice_.below(380)), "%SYS-5-CONFIG_I: Configured from console by console");
}

void router::log(std::string_view mnemonic_and_text) {
    if (!options_.chatty || power_ != power::up || !configuration_.is_on("logging console")) {
        return;
    }
    terminal_.log(fmt::format("*{}: {}", clock(false), mnemonic_and_text));
}

void router::log_later(duration after, std::string text) {
    if (options_.chatty) {
        later_.after(after, [this, text = std::move(text)] { log(text); });
    }
}

void router::link_changed(const std::string& interface, bool up) {
    const std::string_view state = up ? "up" : "down";
    const std::string line =
        fmt::format("%LINEPROTO-5-UPDOWN: Line protocol on Interface {}, changed state to {}", interface, state);
    if (is_virtual_interface(interface)) {
        log_later(1s, line);
        return;
    }
    log_later(2s, up ? fmt::format("%LINK-3-UPDOWN: Interface {}, changed state to up", interface)
                     : fmt::format("%LINK-5-CHANGED: Interface {}, changed state to administratively down", interface));
    log_later(3s, line);
}

void router::show_help(const std::string& text) {
    say("\n");
    const auto words = level_ == level::configuring
                           ? configuration_.help(text)
                           : exec_commands::of(level_ != level::user).parser.help(text, [this](std::string_view word) {
                                 return configuration_.name_interface(word, false);
                             });
    if (!words || words->empty()) {
        say("% Unrecognized command\n");
        read_command(text);
        return;
    }
    const bool finishes_word = !text.empty() && text.back() != ' ';
    std::string out;
    for (const std::string& word : *words) {
        out += finishes_word ? word + "  " : "  " + word + "\n";
    }
    terminal_.page(out + "\n", [this, text] { read_command(text); });
}

void router::complete(const std::string& text) {
    const auto words = level_ == level::configuring ? configuration_.help(text)
                                                    : exec_commands::of(level_ != level::user).parser.help(text, {});
    std::string line = text;
    if (words && words->size() == 1 && !text.empty() && text.back() != ' ') {
        const std::size_t blank = text.rfind(' ');
        line = text.substr(0, blank == std::string::npos ? 0 : blank + 1) + words->front() + " ";
    }
    say("\n");
    read_command(line);
}

}  // namespace rollover::sim::ios

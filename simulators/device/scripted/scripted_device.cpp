#include "simulators/device/scripted/scripted_device.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

std::string trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(' ');
    return first == std::string_view::npos ? std::string()
                                           : std::string(text.substr(first, text.find_last_not_of(' ') - first + 1));
}

}  // namespace

scripted_device::scripted_device(runtime& rt, tables_pointer file, device_options options, output print,
                                 const fabric& network)
    : runtime_(rt),
      tables_(std::move(file)),
      options_(std::move(options)),
      network_(network),
      dice_(options_.seed),
      later_(rt),
      terminal_(later_,
                [this, print = std::move(print)](std::string_view what) {
                    if (!muted_) {
                        print(what);
                    }
                }),
      configuration_(tables_, options_.interfaces) {
    started_ = runtime_.now();
    off_ = !options_.booted;
    if (options_.booted) {
        found(options_.found_in);
    }
}

void scripted_device::found(const std::string& how) {
    muted_ = true;
    if (how.empty() || how == "login") {
        if (how == "login") {
            configuration_.save();
        }
        boot();
        muted_ = false;
        return;
    }
    const std::string& left = file().left_behind;
    for (std::size_t at = 0; at < left.size();) {
        const std::size_t end = left.find('\n', at);
        configure(left.substr(at, end - at));
        at = end + 1;
    }
    if (file().style.candidate) {
        configuration_.commit();
    }
    terminal_.more = file().more;
    terminal_.wipe_more = file().wipe;
    terminal_.length = file().length;
    configuration_.enter_mode(file().modes.front().name);
    if (how == "config") {
        configuration_.top();
    }
    if (how == "pager") {
        page(configuration_.running_text() + std::string(60, '\n'));
    } else {
        prompt(how == "half-typed" ? "show runn" : "");
    }
    muted_ = false;
}

void scripted_device::power_on() {
    off_ = false;
    boot();
}

void scripted_device::boot() {
    later_.clear();
    rollback_ = 0;
    frames_.clear();
    going_ = false;
    booting_ = true;
    started_ = runtime_.now();
    terminal_.reset();
    terminal_.more = file().more;
    terminal_.wipe_more = file().wipe;
    terminal_.length = file().length;
    terminal_.width = file().width;
    logged_in_ = false;
    configuration_.boot();
    values_.clear();
    links_.clear();
    for (const auto& account : file().accounts) {
        values_["account-password"] = account.password;
        break;
    }
    frames_.push_back({&file().login, 0});
    frames_.push_back({&file().boot, 0});
    if (!muted_) {
        happened("booted");
    }
    go_on();
}

void scripted_device::input(char character) {
    if (!off_) {
        terminal_.input(character);
    }
}

void scripted_device::say(std::string_view what) {
    terminal_.say(what);
}

duration scripted_device::scaled(duration usual) const {
    return std::chrono::duration_cast<duration>(
        std::chrono::duration<double, std::nano>(static_cast<double>(usual.count()) * options_.time_scale));
}

void scripted_device::prompt(std::string with, bool silently) {
    frames_.clear();
    filter_.clear();
    logged_in_ = true;
    const std::string whole = text(configuration_.current().prompt);
    const std::size_t end = whole.rfind('\n');
    last_prompt_ = end == std::string::npos ? whole : whole.substr(end + 1);
    if (end != std::string::npos) {
        say(whole.substr(0, end + 1));
    }
    terminal_.read(
        last_prompt_, [this](ios::key_event event, const std::string& line) { on_key(event, line); }, std::move(with),
        silently);
    terminal_.editor.offer_help(file().offers_help);
}

void scripted_device::on_key(ios::key_event event, const std::string& line) {
    const bool configuring = configuration_.current().configures;
    const bool indented = file().style.family == family_kind::indented;
    switch (event) {
        case ios::key_event::none: break;
        case ios::key_event::help: show_help(line); break;
        case ios::key_event::complete: complete(line); break;
        case ios::key_event::abort:
            say("^C\n");
            prompt();
            break;
        case ios::key_event::end:
        case ios::key_event::line: {
            const bool leaves = event == ios::key_event::end && configuring && indented;
            say(event == ios::key_event::end ? "^Z\n" : "\n");
            if (trimmed(line).empty()) {
                if (leaves) {
                    leave_configuration(false);
                }
                prompt();
                return;
            }
            terminal_.editor.remember(line);
            busy_until_ = runtime_.now() + options_.line_time;
            terminal_.busy(options_.line_time, [this, line, leaves] { run_line(line, leaves); });
            break;
        }
    }
}

// A filter ("| include x") is kept for what is printed, where the line with it is no command of its own.
ios::parsed scripted_device::parse_command(const std::string& line, const mode& in) {
    const auto names = [this](std::string_view word) { return configuration_.name_interface(word); };
    const ios::grammar& parser = tables_->of(in).command_parser;
    ios::parsed words = parser.parse(line, 0, false, names);
    if (const std::size_t bar = line.find(" | "); words.status != ios::parse_status::ok && bar != std::string::npos) {
        filter_ = trimmed(std::string_view(line).substr(bar + 3));
        words = parser.parse(line.substr(0, bar), 0, false, names);
    }
    if (words.status != ios::parse_status::ok && file().style.family == family_kind::paths) {
        const std::string whole = configuration_.absolute(line);
        return parser.parse(whole, 0, false, names);
    }
    const std::string plain = trimmed(line);
    if (!file().finds_abbreviations && words.status == ios::parse_status::ok &&
        !begins(words.canonical, plain.substr(0, plain.find(' ')))) {
        words.status = ios::parse_status::invalid;
        words.column = 0;
    }
    return words;
}

duration scripted_device::start_command(const ios::parsed& words, const mode& in) {
    const command& c = *tables_->of(in).commands[static_cast<std::size_t>(words.command)];
    for (std::size_t n = 0; n < 9; ++n) {
        values_[std::to_string(n + 1)] = n < words.arguments.size() ? words.arguments[n] : std::string();
    }
    frames_.push_back({&c.steps, 0});
    if (!in.configures) {
        frames_.push_back({&file().before_command, 0});
    }
    return c.time;
}

void scripted_device::run_line(const std::string& line, bool then_leave) {
    const std::string plain = trimmed(line);
    if (plain.front() == '!' || plain.front() == '#') {
        prompt();
        return;
    }
    const mode& m = configuration_.current();
    const ios::parsed words = parse_command(line, m);
    values_["line"] = plain;
    values_["word"] = plain.substr(0, plain.find(' '));
    if (words.status == ios::parse_status::ok) {
        frames_.clear();
        if (const duration time = start_command(words, m); time > duration(0)) {
            terminal_.busy(scaled(time), [this] { go_on(); });
        } else {
            go_on();
        }
        return;
    }
    edit done{words.status, words.column, false};
    if (m.configures && file().style.family != family_kind::tree) {
        const edit as_setting = configuration_.line(line);
        const bool further =
            !as_setting.message.empty() || as_setting.column > done.column || done.status == ios::parse_status::invalid;
        if (as_setting.status == ios::parse_status::ok || further) {
            done = as_setting;
        }
    }
    report(done, line);
    if (then_leave) {
        leave_configuration(false);
    }
    prompt();
}

void scripted_device::report(const edit& done, std::string_view line) {
    if (!done.message.empty()) {
        say(done.message);
        return;
    }
    if (done.status != ios::parse_status::ok) {
        reject(done, std::string(line));
        return;
    }
    if (done.changed) {
        tell_link_changes();
    }
}

void scripted_device::reject(const edit& why, const std::string& line) {
    mark(why, line);
    switch (why.status) {
        case ios::parse_status::incomplete: say(text(file().incomplete)); break;
        case ios::parse_status::ambiguous: say(text(file().ambiguous)); break;
        default: {
            const bool first = line.find(' ', line.find_first_not_of(' ')) >= why.column;
            say(text(first && !file().unknown.empty() ? file().unknown : file().invalid));
            break;
        }
    }
}

// Where an error message points to.
void scripted_device::mark(const edit& why, const std::string& line) {
    const std::size_t start = std::min(line.rfind(' ', why.column) + 1, line.size());
    const std::size_t end = std::min(line.find(' ', why.column), line.size());
    set_value("word", line.substr(start, end - std::min(start, end)));
    set_value("line", trimmed(line));
    set_value("caret", std::string(last_prompt_.size() + why.column, ' ') + "^");
}

void scripted_device::show_help(const std::string& typed) {
    say("\n");
    const mode_table& table = tables_->of(configuration_.current());
    const auto names = [this](std::string_view word) { return configuration_.name_interface(word); };
    std::vector<std::string> words;
    for (const ios::grammar* parser : {&table.command_parser, &table.setting_parser}) {
        if (const auto more = parser->help(typed, names)) {
            words.insert(words.end(), more->begin(), more->end());
        }
    }
    std::ranges::sort(words);
    const auto twice = std::ranges::unique(words);
    words.erase(twice.begin(), twice.end());
    std::string out;
    const bool finishes_word = !typed.empty() && typed.back() != ' ';
    for (const std::string& word : words) {
        out += finishes_word ? word + "  " : "  " + word + "\n";
    }
    if (words.empty()) {
        out = text(file().invalid);
    }
    terminal_.page(out + "\n", [this, typed] { prompt(typed); });
}

void scripted_device::complete(const std::string& typed) {
    const mode_table& table = tables_->of(configuration_.current());
    std::vector<std::string> words;
    for (const ios::grammar* parser : {&table.command_parser, &table.setting_parser}) {
        if (const auto more = parser->help(typed, {})) {
            words.insert(words.end(), more->begin(), more->end());
        }
    }
    std::string line = typed;
    if (words.size() == 1 && !typed.empty() && typed.back() != ' ') {
        const std::size_t blank = typed.rfind(' ');
        line = typed.substr(0, blank == std::string::npos ? 0 : blank + 1) + words.front() + " ";
    }
    say("\n");
    prompt(line);
}

void scripted_device::set_value(const std::string& name, std::string value) {
    if (name == "terminal-length") {
        terminal_.length = static_cast<std::size_t>(std::strtoul(value.c_str(), nullptr, 10));
    } else if (name == "terminal-width") {
        terminal_.width = static_cast<std::size_t>(std::strtoul(value.c_str(), nullptr, 10));
    }
    values_[name] = std::move(value);
}

}  // namespace rollover::sim::scripted

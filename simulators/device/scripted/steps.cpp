// Steps of a simulator file, one after the other; what takes time goes on later.
#include "simulators/device/scripted/scripted_device.h"
#include "simulators/device/scripted/text_template.h"

#include <algorithm>

namespace rollover::sim::scripted {
namespace {

bool same(std::string_view answer, std::string_view word, bool abbreviated) {
    const bool length_fits =
        abbreviated ? !answer.empty() && answer.size() <= word.size() : answer.size() == word.size();
    return length_fits && std::equal(answer.begin(), answer.end(), word.begin(),
                                     [](char a, char b) { return ios::lower(a) == ios::lower(b); });
}

/// As files name it: nothing for Enter, "^C" for a control key.
std::string key_name(char key) {
    if (key == '\r' || key == '\n') {
        return {};
    }
    constexpr char first_printable = ' ';
    constexpr char caret = '@';  // of NUL
    return key >= 0 && key < first_printable ? std::string("^") + static_cast<char>(key + caret) : std::string(1, key);
}

const branch* branch_for(const step& s, const std::string& reply) {
    const std::string answer = reply.empty() ? "enter" : reply;
    for (const branch& b : s.branches) {
        for (const std::string& word : b.answers) {
            if (same(answer, word, s.abbreviated && word != "enter" && word != "nothing")) {
                return &b;
            }
        }
    }
    const auto otherwise = std::ranges::find_if(s.branches, [](const branch& b) { return b.answers.empty(); });
    return otherwise == s.branches.end() || answer == "nothing" ? nullptr : &*otherwise;
}

}  // namespace

void scripted_device::play(const std::vector<step>& steps) {
    frames_.push_back({&steps, 0});
    go_on();
}

void scripted_device::go_on() {
    if (going_) {  // what was asked for is done already: the loop below goes on
        resumed_ = true;
        return;
    }
    going_ = true;
    while (!frames_.empty()) {
        frame& top = frames_.back();
        if (top.next == top.steps->size()) {
            frames_.pop_back();
            continue;
        }
        const step& s = (*top.steps)[top.next++];
        resumed_ = false;
        if (holds(s.when) && !carry_out(s) && !resumed_) {
            going_ = false;
            return;
        }
    }
    going_ = false;
    booting_ = false;
    prompt();
}

// "name": the value is there; "name=text"; "saved", "modified", "changed", "configuring"; "configured:WORDS" and
// "candidate:WORDS": the configuration has a line that begins so; "!" before any of them; " and " between them.
bool scripted_device::holds(std::string_view conditions) const {
    constexpr std::string_view between = " and ";
    while (!conditions.empty()) {
        const std::size_t end = conditions.find(between);
        if (!holds_one(conditions.substr(0, end))) {
            return false;
        }
        conditions.remove_prefix(end == std::string_view::npos ? conditions.size() : end + between.size());
    }
    return true;
}

bool scripted_device::holds_one(std::string_view condition) const {
    if (condition.starts_with('!')) {
        return !holds_one(condition.substr(1));
    }
    if (condition == "saved") {
        return configuration_.is_saved();
    }
    if (condition == "modified") {
        return configuration_.is_modified();
    }
    if (condition == "changed") {
        return configuration_.is_changed();
    }
    if (condition == "configuring") {
        return configuration_.current().configures;
    }
    if (condition.starts_with("configured:")) {
        return configuration_.has_fact(condition.substr(condition.find(':') + 1));
    }
    if (condition.starts_with("candidate:")) {
        return configuration_.has_candidate(condition.substr(condition.find(':') + 1));
    }
    const std::size_t equals = condition.find('=');
    const std::string have = value(condition.substr(0, equals)).value_or("");
    return equals == std::string_view::npos ? !have.empty() : have == text(condition.substr(equals + 1));
}

bool scripted_device::carry_out(const step& s) {
    switch (s.what) {
        case step::kind::print: say(text(s.text)); return true;
        case step::kind::page: return page(text(s.text));
        case step::kind::log: plan_log(s, {}); return true;
        case step::kind::wait:
            if (muted_ || s.time == duration(0)) {
                return true;
            }
            wait(s.time);
            return false;
        case step::kind::ask: return ask(s);
        case step::kind::go: configuration_.enter_mode(s.text); return true;
        case step::kind::act: return carry_out(*find_act(s.text), text(s.name));
        case step::kind::set: set_value(s.name, text(s.text)); return true;
        case step::kind::play:
            if (const auto part = file().parts.find(s.text); part != file().parts.end()) {
                frames_.push_back({&part->second, 0});
            }
            return true;
        case step::kind::ping: ping(s); return false;
        case step::kind::each: return print_each(s);
    }
    return true;
}

// While it boots nobody listens to the console.
void scripted_device::wait(duration usual) {
    if (booting_) {
        terminal_.deaf();
        const double factor = options_.boot_factor;
        later_.after(std::chrono::duration_cast<duration>(
                         std::chrono::duration<double, std::nano>(static_cast<double>(scaled(usual).count()) * factor)),
                     [this] { go_on(); });
    } else {
        terminal_.busy(scaled(usual), [this] { go_on(); });
    }
}

bool scripted_device::ask(const step& s) {
    booting_ = booting_ && s.within > duration(0);
    const auto take = [this, &s](const std::string& reply) { answered(s, reply); };
    const std::string question = text(s.text);
    if (s.within > duration(0)) {
        if (muted_) {
            answered(s, "nothing");
            return true;
        }
        patience_ = later_.after(scaled(s.within), [this, take] {
            patience_ = 0;
            take("nothing");
        });
    }
    switch (s.how) {
        case step::reply::line: terminal_.ask(question, take, [this, take] { aborted(take); }); break;
        case step::reply::password: terminal_.ask_password(question, take, [this, take] { aborted(take); }); break;
        case step::reply::key: terminal_.ask_key(question, [take](char key) { take(key_name(key)); }); break;
        case step::reply::enter:
            say(question);
            terminal_.wait_for_return([this] { go_on(); });
            break;
    }
    return false;
}

// ^C leaves a dialog, but not that of a login.
void scripted_device::aborted(const std::function<void(const std::string&)>& take) {
    say("^C\n");
    if (logged_in_) {
        prompt();
    } else {
        take({});
    }
}

void scripted_device::answered(const step& s, std::string reply) {
    if (patience_ != 0) {
        later_.cancel(patience_);
        patience_ = 0;
    }
    terminal_.busy();
    if (s.how == step::reply::line) {
        reply.erase(0, std::min(reply.find_first_not_of(' '), reply.size()));
        reply.erase(reply.find_last_not_of(' ') + 1);
    }
    if (!s.name.empty()) {
        set_value(s.name, reply);
    }
    if (const branch* const b = s.branches.empty() ? nullptr : branch_for(s, reply)) {
        frames_.push_back({&b->steps, 0});
    } else if (!s.branches.empty() && reply != "nothing") {
        --frames_.back().next;  // asks again until the answer is one of them
    }
    go_on();
}

bool scripted_device::page(const std::string& what) {
    if (filter_ == "no-more") {
        say(what);
        return true;
    }
    std::string shown = what;
    const std::size_t blank = filter_.find(' ');
    const std::string_view verb = std::string_view(filter_).substr(0, blank);
    if (!verb.empty() && blank != std::string::npos) {
        const std::string wanted = filter_.substr(blank + 1);
        const bool excludes = std::string_view("exclude").starts_with(verb) || verb == "except";
        const bool begins_at = std::string_view("begin").starts_with(verb) || verb == "find";
        const bool filters = std::string_view("include").starts_with(verb) || verb == "match" || verb == "grep";
        std::string kept;
        bool begun = false;
        for (std::size_t at = 0; at < what.size();) {
            const std::size_t end = std::min(what.find('\n', at), what.size());
            const std::string_view line = std::string_view(what).substr(at, end - at);
            const bool has = line.find(wanted) != std::string_view::npos;
            begun = begun || has;
            if (excludes ? !has : begins_at ? begun : !filters || has) {
                kept += std::string(line) + "\n";
            }
            at = end + 1;
        }
        shown = kept;
    }
    terminal_.page(shown, [this] { go_on(); });
    return false;
}

void scripted_device::plan_log(const step& s, const std::map<std::string, std::string, std::less<>>& more) {
    if (!options_.chatty || muted_) {
        return;
    }
    const auto values = [this, &more](std::string_view name) {
        const auto found = more.find(name);
        return found == more.end() ? value(name) : std::optional(found->second);
    };
    // The clock of a message is that of the moment when it is printed.
    std::string said = expand(s.text, [&values](std::string_view name) {
        return name == "clock" ? std::optional<std::string>("${clock}") : values(name);
    });
    said.resize(said.find_last_not_of('\n') + 1);
    const auto jitter = std::chrono::milliseconds(dice_.below(40));
    later_.after(scaled(s.time) + jitter, [this, said = std::move(said)] { terminal_.log(text(said)); });
}

void scripted_device::happened(std::string_view event, std::string_view interface) {
    for (const event_logs& one : file().events) {
        if (one.event == event) {
            for (const step& s : one.logs) {
                if (holds(s.when)) {
                    plan_log(s, {{"interface", std::string(interface)}});
                }
            }
        }
    }
}

void scripted_device::ping(const step& s) {
    ping_run run{&s, reaches(text(s.text)), 0};
    set_value("sent", "0");
    set_value("received", "0");
    terminal_.busy(std::chrono::milliseconds(1), [this, run] { ping_next(run); }, [this] { go_on(); });
}

void scripted_device::ping_next(ping_run run) {
    const unsigned answers = run.reached ? run.sent : 0;
    if (run.sent > 0) {
        for (const step& s : run.how->branches[run.reached ? 0 : 1].steps) {
            if (s.what == step::kind::print) {
                say(text(s.text));
            }
        }
    }
    set_value("sent", std::to_string(run.sent));
    set_value("received", std::to_string(answers));
    set_value("lost", std::to_string(run.sent - answers));
    set_value("percent", std::to_string(run.reached ? 100 : 0));
    set_value("lost-percent", std::to_string(run.reached ? 0 : 100));
    if (run.sent == run.how->count) {
        go_on();
        return;
    }
    ++run.sent;
    set_value("sent", std::to_string(run.sent));
    terminal_.busy(
        run.reached ? run.how->interval : run.how->time, [this, run] { ping_next(run); }, [this] { go_on(); });
}

bool scripted_device::print_each(const step& s) {
    std::string lines;
    for (const std::string& name : all_interfaces()) {
        each_.clear();
        each_["interface"] = name;
        if (s.name == "interface") {
            lines += text(s.text);
        } else if (is_up(name)) {
            for (const fabric::port& other : network_.reached({options_.name, name})) {
                if (const auto told = network_.announced(other)) {
                    each_["neighbor"] = told->host_name;
                    each_["neighbor-interface"] = other.interface;
                    each_["neighbor-platform"] = told->platform;
                    lines += text(s.text);
                }
            }
        }
    }
    each_.clear();
    return page(lines);
}

}  // namespace rollover::sim::scripted

// The commands of the simulated Linux host.
#include "simulators/device/shell/host.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::sim::shell {
namespace {

using namespace std::chrono_literals;

constexpr int not_found = 127;
constexpr duration drain_time = 20ms;  // stty sets a speed with TCSADRAIN: what was printed leaves first

std::string os_release() {
    return "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\n"
           "VERSION=\"12 (bookworm)\"\nVERSION_CODENAME=bookworm\nID=debian\n";
}

outcome prints(std::string text) {
    outcome o;
    o.output = std::move(text);
    return o;
}

outcome fails(int status, std::string text) {
    outcome o;
    o.status = status;
    o.errors = std::move(text);
    return o;
}

bool is_assignment(std::string_view word) {
    const std::size_t equals = word.find('=');
    const auto fits = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || (c >= '0' && c <= '9');
    };
    return equals != std::string_view::npos && equals > 0 &&
           std::all_of(word.begin(), word.begin() + static_cast<std::ptrdiff_t>(equals), fits);
}

}  // namespace

std::string host::variable(std::string_view name) const {
    if (name == "?") {
        return std::to_string(status_);
    }
    const auto found = variables_.find(name);
    if (found == variables_.end()) {
        return name == "PS1" ? "\\u@\\h:~\\$ " : "";
    }
    return found->second;
}

void host::run_line(const std::string& line) {
    command_list list = split_list(line);
    switch (list.status) {
        case split_status::unfinished:
            unfinished_ = line + "\n";
            prompt();
            return;
        case split_status::wrong:
            unfinished_.clear();
            say(fmt::format("-bash: syntax error near unexpected token `{}'\n", list.wrong_token));
            status_ = 2;
            prompt();
            return;
        case split_status::ok: break;
    }
    unfinished_.clear();
    list_ = std::move(list.commands);
    next_ = 0;
    run_next();
}

void host::run_next() {
    while (next_ < list_.size()) {
        const simple_command command = list_[next_++];  // a copy: `exit` empties the list
        const bool skipped = (command.when == condition::after_success && status_ != 0) ||
                             (command.when == condition::after_failure && status_ == 0);
        if (skipped) {
            continue;
        }
        std::vector<std::string> words = expand_words(command.raw, [this](std::string_view n) { return variable(n); });
        redirected_ = take_redirections(words);
        if (words.empty()) {
            continue;
        }
        asynchronous_ = false;
        outcome o = run(words);
        if (asynchronous_) {
            return;  // `finish` goes on with the list
        }
        for (const std::string& next : command.pipe) {
            say(o.errors);
            o = filter(o.output, next);
        }
        status_ = o.status;
        say(redirected_.no_output ? std::string_view() : std::string_view(o.output));
        say(redirected_.no_errors ? std::string_view() : std::string_view(o.errors));
        if (!o.came_up.empty()) {
            later_.after(1s, [this, name = o.came_up] {
                kernel_message(fmt::format("IPv6: ADDRCONF(NETDEV_CHANGE): {}: link becomes ready", name));
            });
        }
    }
    if (state_ == state::running) {
        prompt();
    }
}

void host::finish(const outcome& o) {
    status_ = o.status;
    say(redirected_.no_output ? std::string_view() : std::string_view(o.output));
    say(redirected_.no_errors ? std::string_view() : std::string_view(o.errors));
    run_next();
}

void host::wait(duration how_long, outcome then) {
    asynchronous_ = true;
    later_.after(how_long, [this, then = std::move(then)] { finish(then); });
}

void host::interrupt() {
    later_.clear();
    ahead_.clear();
    say("\n" + running_);
    running_.clear();
    status_ = 130;
    list_.clear();
    next_ = 0;
    prompt();
}

outcome host::run(std::vector<std::string>& words) {
    if (words.size() == 1 && is_assignment(words[0])) {
        return assign(words[0]);
    }
    const std::string name = words.front();
    const std::vector<std::string> rest(words.begin() + 1, words.end());
    running_.clear();
    if (name == "ip" || name == "/sbin/ip") {
        return network_.run(rest);
    }
    if (name == "ping") {
        ping(rest);
        return {};
    }
    if (name == "sleep") {
        double seconds = 0;
        if (!rest.empty()) {
            std::from_chars(rest[0].data(), rest[0].data() + rest[0].size(), seconds);
        }
        const bool sane = seconds >= 0 && seconds < 1e6;  // neither "nan" nor for ever
        wait(std::chrono::duration_cast<duration>(std::chrono::duration<double>(sane ? seconds : 0.0)), {});
        return {};
    }
    if (name == "reboot" || name == "/sbin/reboot") {
        reboot();
        return {};
    }
    if (name == "exit" || name == "logout") {
        say("logout\n");
        list_.clear();
        next_ = 0;
        end_shell();
        return {};
    }
    return builtin(words);
}

outcome host::builtin(const std::vector<std::string>& words) {
    const std::string& name = words.front();
    if (name == "true" || name == ":") {
        return {};
    }
    if (name == "false") {
        return fails(1, "");
    }
    if (name == "echo") {
        return echo(words);
    }
    if (name == "hostname") {
        return set_hostname(words);
    }
    if (name == "cat") {
        return concatenate(words);
    }
    if (name == "export") {
        return words.size() > 1 && is_assignment(words[1]) ? assign(words[1]) : outcome{};
    }
    if (name == "stty") {
        return stty(words);
    }
    if (name == "uname") {
        return uname(words);
    }
    if (name == "whoami") {
        return prints(user_ + "\n");
    }
    if (name == "pwd") {
        return prints(variable("HOME") + "\n");
    }
    if (name == "id") {
        return prints(user_ == "root" ? "uid=0(root) gid=0(root) groups=0(root)\n"
                                      : fmt::format("uid=1000({})\n", user_));
    }
    if (name == "dmesg") {
        if (words.size() > 2 && words[1] == "-n") {
            console_level_ = words[2] == "1" ? 1 : 7;
        }
        return {};
    }
    if (name == "sysctl") {
        for (const std::string& word : words) {
            if (const std::size_t equals = word.find('='); equals != std::string::npos) {
                settings_[word.substr(0, equals)] = word.substr(equals + 1);
                return prints(word.substr(0, equals) + " = " + word.substr(equals + 1) + "\n");
            }
        }
        return {};
    }
    for (const std::string_view silent :
         {"bind", "set", "unset", "history", "sync", "clear", "umask", "alias", "unalias", "cd", "modprobe"}) {
        if (name == silent) {
            return {};
        }
    }
    return fails(not_found, fmt::format("-bash: {}: command not found\n", name));
}

outcome host::assign(const std::string& word) {
    const std::size_t equals = word.find('=');
    variables_[word.substr(0, equals)] = word.substr(equals + 1);
    return {};
}

outcome host::echo(const std::vector<std::string>& words) const {
    std::string out;
    const bool no_newline = words.size() > 1 && words[1] == "-n";
    for (std::size_t n = no_newline ? 2 : 1; n < words.size(); ++n) {
        out += (out.empty() ? "" : " ") + words[n];
    }
    return prints(out + (no_newline ? "" : "\n"));
}

outcome host::set_hostname(const std::vector<std::string>& words) {
    if (words.size() < 2 || words[1].empty() || words[1].front() == '-') {
        return prints(hostname_ + "\n");
    }
    if (user_ != "root") {
        return fails(1, "hostname: you must be root to change the host name\n");
    }
    hostname_ = words[1];
    return {};
}

// machine-id(5): 32 hexadecimal digits, made once, when the system was installed.
std::string host::machine_id() const {
    random_bits numbers(options_.seed);
    const auto high = numbers.next();
    return fmt::format("{:016x}{:016x}", high, numbers.next());
}

outcome host::concatenate(const std::vector<std::string>& words) const {
    outcome all;
    for (std::size_t n = 1; n < words.size(); ++n) {
        if (words[n] == "/etc/os-release") {
            all.output += os_release();
        } else if (words[n] == "/etc/machine-id") {
            all.output += machine_id() + "\n";
        } else if (words[n] == "/sys/class/dmi/id/product_name" && !options_.model.empty()) {
            all.output += options_.model + "\n";
        } else if (words[n] == "/sys/class/dmi/id/product_serial") {
            // As firmware has it whose maker did not care: a serial number only where the lab says one.
            all.output += (options_.serial_number.empty() ? "To Be Filled By O.E.M." : options_.serial_number) + "\n";
        } else if (words[n] == "/etc/hostname" || words[n] == "/proc/sys/kernel/hostname") {
            all.output += hostname_ + "\n";
        } else {
            all.errors += fmt::format("cat: {}: No such file or directory\n", words[n]);
            all.status = 1;
        }
    }
    return all;
}

outcome host::stty(const std::vector<std::string>& words) {
    std::uint32_t baud = 0;
    if (words.size() == 2 && words[1].find_first_not_of("0123456789") == std::string::npos) {
        std::from_chars(words[1].data(), words[1].data() + words[1].size(), baud);
        later_.after(drain_time, [this, baud] { set_speed(baud); });
        wait(drain_time, {});
        return {};
    }
    for (std::size_t n = 1; n + 1 < words.size(); ++n) {
        if (words[n] == "cols" || words[n] == "columns") {
            std::from_chars(words[n + 1].data(), words[n + 1].data() + words[n + 1].size(), editor_.columns);
        }
    }
    if (words.size() == 1) {
        return prints(fmt::format("speed {} baud; line = 0;\n-brkint -imaxbel\n", speed_));
    }
    return {};
}

outcome host::uname(const std::vector<std::string>& words) const {
    if (words.size() > 1 && words[1] == "-r") {
        return prints("6.1.0-18-amd64\n");
    }
    if (words.size() > 1 && words[1] == "-n") {
        return prints(hostname_ + "\n");
    }
    return prints(words.size() > 1 && words[1] == "-a"
                      ? fmt::format("Linux {} 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64 GNU/Linux\n",
                                    hostname_)
                      : "Linux\n");
}

// What a pipe makes of the output: grep keeps lines, everything else passes it on.
outcome host::filter(const std::string& text, const std::string& command) const {
    const std::vector<std::string> words = expand_words(command, [this](std::string_view n) { return variable(n); });
    if (words.empty() || words.front() != "grep") {
        return prints(text);
    }
    const bool quietly = std::find(words.begin(), words.end(), "-q") != words.end();
    outcome o;
    o.status = 1;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\n', at), text.size() - 1) + 1;
        const std::string line = text.substr(at, end - at);
        at = end;
        if (words.size() > 1 && line.find(words.back()) != std::string::npos) {
            o.status = 0;
            o.output += quietly ? std::string() : line;
        }
    }
    return o;
}

void host::reboot() {
    asynchronous_ = true;
    list_.clear();
    next_ = 0;
    state_ = state::deaf;
    later_.clear();
    say("[  OK  ] Reached target reboot.target - System Reboot.\n");
    later_.after(scaled(4s), [this] {
        say("[  124.402113] reboot: Restarting system\n");
        power_on();
    });
}

// ---- ping

struct host::ping_run {
    std::uint32_t target = 0;
    std::string text;
    std::size_t count = 0;  ///< 0: for ever
    std::size_t sent = 0;
    std::size_t answered = 0;
};

void host::ping(const std::vector<std::string>& words) {
    asynchronous_ = true;
    ping_run run;
    for (std::size_t n = 0; n < words.size(); ++n) {
        const bool takes_value = words[n] == "-c" || words[n] == "-W" || words[n] == "-i" || words[n] == "-w" ||
                                 words[n] == "-s" || words[n] == "-I";
        if (words[n] == "-c" && n + 1 < words.size()) {
            std::from_chars(words[n + 1].data(), words[n + 1].data() + words[n + 1].size(), run.count);
        }
        if (takes_value) {
            ++n;
        } else if (words[n].rfind("-c", 0) == 0) {
            std::from_chars(words[n].data() + 2, words[n].data() + words[n].size(), run.count);
        } else if (words[n].empty() || words[n].front() != '-') {
            run.text = words[n];
        }
    }
    if (run.text.empty()) {
        wait(1ms, fails(1, "ping: usage error: Destination address required\n"));
        return;
    }
    const auto target = parse_ipv4(run.text);
    if (!target) {
        wait(scaled(5s), fails(2, fmt::format("ping: {}: Temporary failure in name resolution\n", run.text)));
        return;
    }
    run.target = *target;
    if (!network_.way_to(run.target)) {
        wait(1ms, fails(2, "ping: connect: Network is unreachable\n"));
        return;
    }
    if (!redirected_.no_output) {
        say(fmt::format("PING {} ({}) 56(84) bytes of data.\n", run.text, run.text));
    }
    ping_next(run);
}

void host::ping_next(ping_run run) {
    if (run.count != 0 && run.sent == run.count) {
        ping_end(run);
        return;
    }
    const bool answered = reaches(run.target);
    const duration how_long = !answered || run.sent > 0 ? scaled(1s) : duration(1ms);
    later_.after(how_long, [this, run, answered]() mutable {
        ++run.sent;
        run.answered += answered ? 1 : 0;
        const std::string source = ipv4_text(network_.address_of(network_.way_to(run.target).value_or("")));
        if (!redirected_.no_output) {
            say(answered ? fmt::format("64 bytes from {}: icmp_seq={} ttl=64 time=0.412 ms\n", run.text, run.sent)
                         : fmt::format("From {} icmp_seq={} Destination Host Unreachable\n", source, run.sent));
        }
        running_ = fmt::format(
            "--- {} ping statistics ---\n{} packets transmitted, {} received, {}% packet loss, time 0ms\n\n", run.text,
            run.sent, run.answered, 100 * (run.sent - run.answered) / run.sent);
        ping_next(run);
    });
}

void host::ping_end(const ping_run& run) {
    running_.clear();
    const std::size_t lost = run.sent - run.answered;
    outcome o;
    o.status = run.answered > 0 ? 0 : 1;
    o.output =
        fmt::format("\n--- {} ping statistics ---\n{} packets transmitted, {} received, {}{}% packet loss, time {}ms\n",
                    run.text, run.sent, run.answered, lost == 0 ? "" : fmt::format("+{} errors, ", lost),
                    100 * lost / run.sent, run.sent * 1000);
    o.output += run.answered > 0 ? "rtt min/avg/max/mdev = 0.398/0.405/0.412/0.007 ms\n\n" : "\n";
    finish(o);
}

bool host::reaches(std::uint32_t address) const {
    const auto way = network_.way_to(address);
    if (!way) {
        return false;
    }
    if (*way == "lo") {
        return true;
    }
    const std::string text = ipv4_text(address);
    const auto others = cables_.reached({options_.name, *way});
    return std::any_of(others.begin(), others.end(), [&](const fabric::port& p) { return cables_.answers(p, text); });
}

}  // namespace rollover::sim::shell

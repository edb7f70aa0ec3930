// Boot, login and the console of the simulated Linux host.
#include "simulators/device/shell/host.h"

#include <array>
#include <fmt/format.h>

namespace rollover::sim::shell {
namespace {

using namespace std::chrono_literals;

constexpr std::string_view factory_hostname = "debian";
constexpr std::string_view paste_on = "\x1b[?2004h";
constexpr std::string_view paste_off = "\x1b[?2004l\r";
constexpr std::size_t tty_buffer = 4095;  // of a canonical Linux tty
constexpr int allowed_tries = 5;

struct step {
    duration before;
    std::string_view text;
};

constexpr std::array<step, 6> steps{{
    {3s, "\nLoading Linux 6.1.0-18-amd64 ...\nLoading initial ramdisk ...\n"},
    {4s,
     "[    0.000000] Linux version 6.1.0-18-amd64 (debian-kernel@lists.debian.org)\n"
     "[    0.000000] Command line: root=/dev/vda1 ro console=ttyS0,9600\n"},
    {3s, "[    1.204113] Serial: 8250/16550 driver, 4 ports, IRQ sharing enabled\n"},
    {3s, "[    3.410091] EXT4-fs (vda1): mounted filesystem with ordered data mode\n"},
    {5s, "[  OK  ] Reached target network.target - Network.\n"},
    {7s, "[  OK  ] Started serial-getty@ttyS0.service - Serial Getty on ttyS0.\n"},
}};

std::string user_of(const device_options& options) {
    return options.user.empty() ? "root" : options.user;
}

}  // namespace

host::host(runtime& rt, device_options options, output print, const fabric& cables)
    : runtime_(rt),
      options_(std::move(options)),
      cables_(cables),
      print_(std::move(print)),
      later_(rt),
      network_(options_.interfaces),
      hostname_(factory_hostname) {
    if (options_.booted) {
        found(options_.found_in);
    }
}

duration host::scaled(duration usual) const {
    return std::chrono::duration_cast<duration>(usual * options_.time_scale);
}

void host::say(std::string_view text) {
    std::string out;
    out.reserve(text.size() + 16);
    for (const char c : text) {
        if (c == '\n') {
            out.push_back('\r');
        }
        out.push_back(c);
    }
    if (!out.empty()) {
        print_(out);
    }
}

// The kernel prints where the cursor stands, also in the middle of what is typed.
void host::kernel_message(std::string_view text) {
    if (!options_.chatty || console_level_ < 7 || state_ == state::off) {
        return;
    }
    const auto up = std::chrono::duration_cast<std::chrono::microseconds>(runtime_.now() - booted_).count();
    say(fmt::format("[{:5}.{:06}] {}\n", up / 1'000'000, up % 1'000'000, text));
}

void host::power_on() {
    later_.clear();
    network_ = network(options_.interfaces);
    hostname_ = factory_hostname;
    settings_.clear();
    console_level_ = 7;
    set_speed(0);
    state_ = state::deaf;
    boot(0);
}

void host::boot(std::size_t step) {
    if (step == steps.size()) {
        start_getty();
        return;
    }
    const auto before = std::chrono::duration_cast<duration>(scaled(steps[step].before) * options_.boot_factor);
    later_.after(before, [this, step] {
        booted_ = step == 1 ? runtime_.now() : booted_;
        say(steps[step].text);
        boot(step + 1);
    });
}

void host::found(const std::string& how) {
    state_ = state::user_name;
    if (how.empty()) {
        return;
    }
    if (how == "login") {
        user_ = user_of(options_);
        state_ = state::password;
        return;
    }
    user_ = "root";
    hostname_ = "left-behind";
    prompt_host_ = hostname_;
    variables_ = {{"HOME", "/root"}, {"USER", "root"}, {"TERM", "vt220"}, {"PS1", "\\u@\\h:~\\$ "}};
    if (!options_.interfaces.empty()) {
        const std::string& name = options_.interfaces.front();
        network_.run({"link", "set", name, "up"});
        network_.run({"addr", "add", "192.0.2.77/24", "dev", name});
    }
    prompt(true);
    if (how == "half-typed") {
        editor_.put("ip addr sho");
    } else if (how == "quote") {
        unfinished_ = "echo \"never ended\n";
        prompt(true);
    } else if (how == "pager") {
        state_ = state::pager;
    }
}

// agetty throws away what was typed before it asks.
void host::start_getty() {
    state_ = state::deaf;
    later_.after(scaled(300ms), [this] {
        ahead_.clear();
        typed_.clear();
        tries_ = 0;
        state_ = state::user_name;
        say(fmt::format("\nDebian GNU/Linux 12 {} ttyS0\n\n{} login: ", hostname_, hostname_));
    });
}

void host::input(char character) {
    switch (state_) {
        case state::off:
        case state::deaf: return;
        case state::user_name: take_user_name(character); return;
        case state::password: take_password(character); return;
        case state::pager:
            if (character == 'q') {
                say("\r\x1b[K");
                prompt();
            }
            return;
        case state::running: take_while_running(character); return;
        case state::shell: break;
    }
    if (ahead_.empty()) {
        take_line(character);
        return;
    }
    ahead_.push_back(character);
    drain();
}

void host::take_user_name(char character) {
    if (character == '\r' || character == '\n') {
        say("\n");
        if (typed_.empty()) {
            say(fmt::format("{} login: ", hostname_));
            return;
        }
        user_ = std::exchange(typed_, {});
        // login(1) starts and flushes the line before it asks.
        state_ = state::deaf;
        later_.after(60ms, [this] {
            if (user_ == user_of(options_) && options_.password.empty()) {
                start_shell();
                return;
            }
            state_ = state::password;
            say("Password: ");
        });
    } else if (character == '\b' || character == 0x7f) {
        if (!typed_.empty()) {
            typed_.pop_back();
            say("\b \b");
        }
    } else if (character == 0x15) {
        for (; !typed_.empty(); typed_.pop_back()) {
            say("\b \b");
        }
    } else if (static_cast<unsigned char>(character) >= 0x20) {
        typed_.push_back(character);
        say(std::string_view(&character, 1));
    }
}

void host::take_password(char character) {
    if (character == '\r' || character == '\n') {
        say("\n");
        check_password();
    } else if (character == 0x15) {
        typed_.clear();
    } else if (character == 0x03) {
        typed_.clear();
        say("\n");
        start_getty();
    } else if (character == '\b' || character == 0x7f) {
        typed_.resize(typed_.size() - std::min<std::size_t>(typed_.size(), 1));
    } else {
        typed_.push_back(character);
    }
}

void host::check_password() {
    state_ = state::deaf;
    const bool right = user_ == user_of(options_) && typed_ == options_.password;
    typed_.clear();
    if (right) {
        later_.after(scaled(200ms), [this] { start_shell(); });
        return;
    }
    later_.after(scaled(3s), [this] {
        say("\nLogin incorrect\n");
        if (++tries_ >= allowed_tries) {
            start_getty();
            return;
        }
        state_ = state::user_name;
        say(fmt::format("{} login: ", hostname_));
    });
}

void host::start_shell() {
    say(
        fmt::format("Linux {} 6.1.0-18-amd64 #1 SMP PREEMPT_DYNAMIC Debian 6.1.76-1 x86_64\n\n"
                    "The programs included with the Debian GNU/Linux system are free software.\n",
                    hostname_));
    prompt_host_ = hostname_;
    variables_ = {{"HOME", user_ == "root" ? "/root" : "/home/" + user_},
                  {"USER", user_},
                  {"TERM", "vt220"},
                  {"PS1", "\\u@\\h:~\\$ "}};
    editor_ = readline();
    unfinished_.clear();
    status_ = 0;
    prompt();
}

std::string host::prompt_text() const {
    if (!unfinished_.empty()) {
        return "> ";
    }
    return expanded_prompt(variable("PS1"));
}

/// As in bash(1), "PROMPTING": \u, \h and \$, and then $?.
std::string host::expanded_prompt(std::string_view written) const {
    std::string shown;
    for (std::size_t at = 0; at < written.size(); ++at) {
        const auto two = written.substr(at, 2);
        if (two == "\\u") {
            shown += user_;
        } else if (two == "\\h") {
            shown += prompt_host_;
        } else if (two == "\\$") {
            shown += user_ == "root" ? '#' : '$';
        } else if (two == "$?") {
            shown += std::to_string(status_);
        } else {
            shown += written[at];
            continue;
        }
        ++at;
    }
    return shown;
}

void host::prompt(bool silently) {
    state_ = state::shell;
    const std::string text = prompt_text();
    editor_.start(text.size());
    if (!silently) {
        say(std::string(paste_on) + text);
    }
    drain();
}

void host::drain() {
    if (draining_) {
        return;
    }
    draining_ = true;
    while (!ahead_.empty() && state_ == state::shell) {
        const char character = ahead_.front();
        ahead_.pop_front();
        take_line(character);
    }
    draining_ = false;
}

void host::take_line(char character) {
    std::string echo;
    const line_event event = editor_.key(character, echo);
    if (!echo.empty()) {
        print_(echo);
    }
    switch (event) {
        case line_event::none: break;
        case line_event::line: {
            say("\n");
            say(paste_off);
            const std::string line = unfinished_ + editor_.text();
            editor_.remember(line);
            state_ = state::running;
            run_line(line);
            break;
        }
        case line_event::interrupt:
            say("^C");
            say(paste_off);
            say("\n");
            unfinished_.clear();
            status_ = 130;
            prompt();
            break;
        case line_event::end_of_file:
            if (unfinished_.empty()) {
                say("\n");
                say(paste_off);
                say("logout\n");
                end_shell();
            }
            break;
    }
}

// A getty keeps the speed that it finds (agetty --keep-baud, as Debian's serial-getty@.service has it).
void host::set_speed(std::uint32_t baud) {
    speed_ = baud == 0 ? default_speed : baud;
    if (options_.set_speed) {
        options_.set_speed(baud);
    }
}

void host::end_shell() {
    variables_.clear();
    start_getty();
}

// While a command runs, the tty itself echoes and keeps what is typed.
void host::take_while_running(char character) {
    if (character == '\x03') {
        say("^C");
        interrupt();
        return;
    }
    if (ahead_.size() >= tty_buffer) {
        return;
    }
    ahead_.push_back(character);
    if (character == '\r') {
        say("\n");
    } else if (static_cast<unsigned char>(character) >= 0x20) {
        say(std::string_view(&character, 1));
    }
}

std::string host::running_configuration() const {
    std::string out = hostname_ == factory_hostname ? std::string() : "hostname " + hostname_ + "\n";
    for (const auto& [name, value] : settings_) {
        out += fmt::format("sysctl -w {}={}\n", name, value);
    }
    return out + network_.text();
}

bool host::is_clean() const {
    return hostname_ == factory_hostname && network_.is_clean() && settings_.empty();
}

bool host::has_address(std::string_view interface, std::string_view ipv4) const {
    const auto address = parse_ipv4(ipv4);
    return address && state_ != state::off && network_.has_address(interface, *address);
}

}  // namespace rollover::sim::shell

// What the exec commands of the router do, but for `show`.
#include "simulators/device/ios/interfaces.h"
#include "simulators/device/ios/router.h"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>

namespace rollover::sim::ios {

using namespace std::chrono_literals;

namespace {

constexpr int enable_tries = 3;

std::size_t number(const std::string& text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

// "repeat 10 timeout 1": the number after a word, which may be abbreviated.
std::optional<std::size_t> option(std::string_view options, std::string_view name) {
    std::size_t at = 0;
    while (at < options.size()) {
        const std::size_t end = std::min(options.find(' ', at), options.size());
        const std::string_view word = options.substr(at, end - at);
        if (!word.empty() && name.substr(0, word.size()) == word && end < options.size()) {
            return number(std::string(options.substr(end + 1, options.find(' ', end + 1) - end - 1)));
        }
        at = end + 1;
    }
    return std::nullopt;
}

}  // namespace

void router::ignore(const arguments&) {
    done();
}

void router::undebug(const arguments&) {
    say("All possible debugging has been turned off\n");
    done();
}

void router::configure_terminal(const arguments&) {
    if (level_ != level::configuring) {
        level_ = level::configuring;
        configuration_.enter();
    }
    say("Enter configuration commands, one per line.  End with CNTL/Z.\n");
    done();
}

void router::configure_asked(const arguments&) {
    terminal_.ask("Configuring from terminal, memory, or network [terminal]? ", [this](const std::string& answer) {
        if (answer.empty() || std::string_view("terminal").substr(0, answer.size()) == answer) {
            configure_terminal({});
        } else {
            say("?Must be \"terminal\", \"memory\", or \"network\"\n");
            done();
        }
    });
}

void router::enable(const arguments&) {
    if (level_ == level::user) {
        const std::string secret = value_of(configuration_.lines(), "enable secret");
        const std::string password = value_of(configuration_.lines(), "enable password");
        if (!secret.empty() || !password.empty()) {
            check_enable(secret.empty() ? password : secret, !secret.empty(), enable_tries);
            return;
        }
        level_ = level::privileged;  // on the console no password is needed when none is set
    }
    done();
}

void router::check_enable(const std::string& stored, bool secret, int tries) {
    if (tries == 0) {
        say(secret ? "% Bad secrets\n\n" : "% Bad passwords\n\n");
        done();
        return;
    }
    terminal_.ask_password("Password: ", [this, stored, secret, tries](const std::string& typed) {
        if (password_matches(typed, stored)) {
            level_ = level::privileged;
            done();
        } else {
            check_enable(stored, secret, tries - 1);
        }
    });
}

void router::disable(const arguments&) {
    level_ = level::user;
    done();
}

void router::leave(const arguments&) {
    if (level_ == level::configuring) {
        done();  // "do exit"
        return;
    }
    log_out();
}

void router::terminal_length(const arguments& a) {
    terminal_.length = number(a.front());
    done();
}

void router::terminal_width(const arguments& a) {
    terminal_.width = number(a.front());
    done();
}

void router::telnet(const arguments& a) {
    say(fmt::format("Trying {} ...\n", a.front()));
    const auto failed = [this] {
        say("% Connection timed out; remote host not responding\n\n");
        done();
    };
    terminal_.busy(scaled(30s), failed, [this] {
        say("\n");
        done();
    });
}

void router::save(terminal::action then) {
    say("Building configuration...\n");
    terminal_.busy(scaled(2s), [this, then = std::move(then)] {
        startup_ = configuration_.lines();
        kept_.saved_key = kept_.key;
        modified_ = false;
        say("[OK]\n");
        then();
    });
}

void router::write_memory(const arguments&) {
    save([this] { done(); });
}

void router::copy_run_start(const arguments&) {
    terminal_.ask("Destination filename [startup-config]? ", [this](const std::string& name) {
        if (name.empty() || name == "startup-config") {
            save([this] { done(); });
            return;
        }
        say(fmt::format("%Error opening nvram:{} (No such file or directory)\n", name));
        done();
    });
}

void router::copy_start_run(const arguments&) {
    terminal_.ask("Destination filename [running-config]? ", [this](const std::string&) {
        if (!startup_) {
            say("%% Non-volatile configuration memory is not present\n");
        } else {
            configuration_.load(*startup_);
            say(fmt::format("{} bytes copied in 0.416 secs\n", startup_configuration().size()));
        }
        done();
    });
}

void router::erase(const arguments&) {
    terminal_.confirm("Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]",
                      [this](bool yes) {
                          if (!yes) {
                              say("\n");
                              done();
                              return;
                          }
                          terminal_.busy(scaled(2s), [this] {
                              startup_.reset();
                              kept_.saved_key.clear();
                              modified_ = true;
                              say("[OK]\nErase of nvram: complete\n");
                              log_later(50ms, "%SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram");
                              done();
                          });
                      });
}

void router::setup(const arguments&) {
    say("\n");
    setup_dialog();
}

void router::reload(const arguments&) {
    if (!modified_) {
        reload_confirm();
        return;
    }
    say("\n");
    reload_save({});
}

void router::reload_save(const std::string&) {
    terminal_.ask(
        "System configuration has been modified. Save? [yes/no]: ",
        [this](const std::string& answer) {
            const bool some = !answer.empty();
            if (some && std::string_view("yes").substr(0, answer.size()) == answer) {
                save([this] { reload_confirm(); });
            } else if (some && std::string_view("no").substr(0, answer.size()) == answer) {
                reload_confirm();
            } else {
                say("% Please answer 'yes' or 'no'.\n");
                reload_save({});
            }
        },
        [this] {
            say("\n");
            done();
        });
}

void router::reload_confirm() {
    terminal_.confirm("Proceed with reload? [confirm]", [this](bool yes) {
        say("\n");
        if (!yes) {
            done();
            return;
        }
        reload_now();
    });
}

void router::reload_now() {
    terminal_.deaf();
    log("%SYS-5-RELOAD: Reload requested by console. Reload Reason: Reload Command.");
    later_.after(scaled(1s), [this] {
        terminal_.reset();
        boot();
    });
}

// ---- ping

struct router::ping_run {
    std::string target;
    std::size_t count = 5;
    duration timeout = 2s;
    std::size_t sent = 0;
    std::size_t answered = 0;
};

void router::ping(const arguments& a) {
    ping_run run;
    run.target = a.front();
    if (a.size() > 1) {
        run.count = option(a[1], "repeat").value_or(run.count);
        run.timeout = std::chrono::seconds(option(a[1], "timeout").value_or(2));
    }
    say(
        fmt::format("\nType escape sequence to abort.\n"
                    "Sending {}, 100-byte ICMP Echos to {}, timeout is {} seconds:\n",
                    run.count, run.target, std::chrono::duration_cast<std::chrono::seconds>(run.timeout).count()));
    ping_next(std::move(run));
}

void router::ping_next(ping_run run) {
    if (run.sent == run.count) {
        ping_end(run);
        return;
    }
    const bool answered = reaches(run.target);
    const duration wait = answered ? duration(2ms) : scaled(run.timeout);
    const auto aborted = [this, run] { ping_end(run); };
    terminal_.busy(
        wait,
        [this, run, answered]() mutable {
            say(answered ? "!" : ".");
            ++run.sent;
            run.answered += answered ? 1 : 0;
            ping_next(run);
        },
        aborted);
}

void router::ping_end(const ping_run& run) {
    const std::size_t percent = run.sent == 0 ? 0 : 100 * run.answered / run.sent;
    say(fmt::format("\nSuccess rate is {} percent ({}/{}){}\n", percent, run.answered, run.sent,
                    run.answered == 0 ? "" : ", round-trip min/avg/max = 1/2/4 ms"));
    done();
}

std::string router::lab_name(std::string_view interface) const {
    for (const std::string& name : options_.interfaces) {
        if (full_interface_name(name).value_or(name) == interface) {
            return name;
        }
    }
    return std::string(interface);
}

// Only what is connected directly: the simulated router does not forward.
bool router::reaches(std::string_view ipv4) const {
    const auto target = parse_ipv4(ipv4);
    for (const live_address& own : configuration_.addresses()) {
        if (own.prefix.address == *target) {
            return true;
        }
        if (!own.prefix.contains(*target)) {
            continue;
        }
        const auto others = network_.reached({options_.name, lab_name(parent_interface(own.interface))});
        return std::any_of(others.begin(), others.end(),
                           [&](const fabric::port& p) { return network_.answers(p, ipv4); });
    }
    return false;
}

bool router::has_address(std::string_view interface, std::string_view ipv4) const {
    if (power_ != power::up) {
        return false;
    }
    const std::string name = full_interface_name(interface).value_or(std::string(interface));
    const auto wanted = parse_ipv4(ipv4);
    const auto live = configuration_.addresses();
    return wanted && std::any_of(live.begin(), live.end(), [&](const live_address& a) {
               return a.prefix.address == *wanted && parent_interface(a.interface) == name;
           });
}

}  // namespace rollover::sim::ios

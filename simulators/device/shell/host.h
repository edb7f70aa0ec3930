// A Linux host with agetty, login and bash on its serial console. Written from the behaviour of Debian 12
// (util-linux 2.38, bash 5.2, iproute2 6.1, iputils 20221126); shares nothing with the platform files of the engine.
#pragma once

#include "simulators/device/factory.h"
#include "simulators/device/random.h"
#include "simulators/device/shell/network.h"
#include "simulators/device/shell/readline.h"
#include "simulators/device/shell/words.h"
#include "simulators/device/timeline.h"

#include <deque>
#include <map>
#include <string>
#include <vector>

namespace rollover::sim::shell {

class host final : public simulated_device {
public:
    /// `rt` and `network` must outlive it.
    host(runtime& rt, device_options options, output print, const fabric& cables);

    void power_on() override;
    void input(char character) override;
    void input_break() override {}  // the tty is set to "-brkint": a NUL that bash ignores
    [[nodiscard]] time_point busy_until() const override { return {}; }

    [[nodiscard]] std::string running_configuration() const override;
    [[nodiscard]] std::string startup_configuration() const override { return {}; }
    [[nodiscard]] bool is_clean() const override;
    [[nodiscard]] bool has_address(std::string_view interface, std::string_view ipv4) const override;

private:
    enum class state { off, deaf, user_name, password, shell, running, pager };
    struct ping_run;

    // host.cpp: the console
    void say(std::string_view text);
    void boot(std::size_t step);
    void found(const std::string& how);
    void start_getty();
    void take_user_name(char character);
    void take_password(char character);
    void check_password();
    void start_shell();
    void prompt(bool silently = false);
    [[nodiscard]] std::string prompt_text() const;
    [[nodiscard]] std::string expanded_prompt(std::string_view written) const;
    void take_line(char character);
    void take_while_running(char character);
    void interrupt();
    void drain();
    void end_shell();
    void set_speed(std::uint32_t baud);
    void kernel_message(std::string_view text);
    [[nodiscard]] duration scaled(duration usual) const;

    // commands.cpp
    void run_line(const std::string& line);
    void run_next();
    void finish(const outcome& o);
    outcome run(std::vector<std::string>& words);
    outcome builtin(const std::vector<std::string>& words);
    outcome filter(const std::string& text, const std::string& command) const;
    outcome assign(const std::string& word);
    outcome set_hostname(const std::vector<std::string>& words);
    [[nodiscard]] std::string machine_id() const;
    [[nodiscard]] outcome concatenate(const std::vector<std::string>& words) const;
    [[nodiscard]] outcome echo(const std::vector<std::string>& words) const;
    outcome stty(const std::vector<std::string>& words);
    [[nodiscard]] outcome uname(const std::vector<std::string>& words) const;
    [[nodiscard]] std::string variable(std::string_view name) const;
    void wait(duration how_long, outcome then);
    void reboot();
    void ping(const std::vector<std::string>& words);
    void ping_next(ping_run run);
    void ping_end(const ping_run& run);
    [[nodiscard]] bool reaches(std::uint32_t address) const;

    runtime& runtime_;
    const device_options options_;
    const fabric& cables_;
    output print_;
    timeline later_;
    state state_ = state::off;
    network network_;
    std::string hostname_;
    std::string prompt_host_;  ///< bash asks for the name once, when it starts
    std::string user_;
    std::string typed_;  ///< of the user name or password
    readline editor_;
    std::string unfinished_;  ///< lines before the second prompt
    std::deque<char> ahead_;  ///< typed while no program reads
    bool draining_ = false;
    std::vector<simple_command> list_;
    std::size_t next_ = 0;
    redirections redirected_;
    int status_ = 0;
    bool asynchronous_ = false;  ///< the command just started goes on by itself
    std::string running_;        ///< what ^C of the running command prints
    std::map<std::string, std::string, std::less<>> variables_;
    std::map<std::string, std::string, std::less<>> settings_;  ///< of sysctl
    int tries_ = 0;
    int console_level_ = 7;
    static constexpr std::uint32_t default_speed = 9600;
    std::uint32_t speed_ = default_speed;
    time_point booted_{};
};

}  // namespace rollover::sim::shell

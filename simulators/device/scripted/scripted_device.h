// A simulated device that acts as its file says: a terminal, a configuration, and the steps of commands and questions.
#pragma once

#include "simulators/device/factory.h"
#include "simulators/device/ios/terminal.h"
#include "simulators/device/ipv4.h"
#include "simulators/device/random.h"
#include "simulators/device/scripted/acts.h"
#include "simulators/device/scripted/configuration.h"
#include "simulators/device/timeline.h"

#include <map>

namespace rollover::sim::scripted {

class scripted_device final : public simulated_device {
public:
    /// `rt` and `network` must outlive it.
    scripted_device(runtime& rt, tables_pointer file, device_options options, output print, const fabric& network);

    void power_on() override;
    void input(char character) override;
    void input_break() override {}
    [[nodiscard]] time_point busy_until() const override { return busy_until_; }

    [[nodiscard]] std::string running_configuration() const override { return configuration_.running_text(); }
    [[nodiscard]] std::string startup_configuration() const override { return configuration_.startup_text(); }
    [[nodiscard]] bool is_clean() const override { return configuration_.is_clean(); }
    [[nodiscard]] bool has_address(std::string_view interface, std::string_view ipv4) const override;
    [[nodiscard]] std::optional<announcement> announced(std::string_view interface) const override;

private:
    struct frame {
        const std::vector<step>* steps = nullptr;
        std::size_t next = 0;
    };
    struct ping_run {
        const step* how = nullptr;
        bool reached = false;
        unsigned sent = 0;
    };

    // scripted_device.cpp: power, prompts, lines
    void boot();
    void found(const std::string& how);
    void prompt(std::string with = {}, bool silently = false);
    void on_key(ios::key_event event, const std::string& text);
    void run_line(const std::string& line, bool then_leave);
    [[nodiscard]] ios::parsed parse_command(const std::string& line, const mode& in);
    /// Makes its steps the next ones; returns how long it takes first.
    duration start_command(const ios::parsed& words, const mode& in);
    void reject(const edit& why, const std::string& line);
    void mark(const edit& why, const std::string& line);
    void show_help(const std::string& text);
    void complete(const std::string& text);

    // steps.cpp: what a file says
    void play(const std::vector<step>& steps);
    void go_on();
    /// False when it takes time: it calls `go_on` when it is over.
    bool carry_out(const step& s);
    bool ask(const step& s);
    void wait(duration usual);
    void aborted(const std::function<void(const std::string&)>& take);
    void answered(const step& s, std::string reply);
    void ping(const step& s);
    void ping_next(ping_run run);
    bool print_each(const step& s);
    void plan_log(const step& s, const std::map<std::string, std::string, std::less<>>& more);
    bool page(const std::string& text);
    [[nodiscard]] bool holds(std::string_view conditions) const;
    [[nodiscard]] bool holds_one(std::string_view condition) const;

    // acts_of_device.cpp
    bool carry_out(act what, const std::string& with);
    bool leave_configuration(bool only_a_level);
    void commit(const std::string& confirm_minutes);
    void check_login();
    void configure(const std::string& lines);
    bool run(const std::string& line);
    void edit_tree(const edit& done, const std::string& words);
    void report(const edit& done, std::string_view line);

    // values.cpp: what templates ask for, and the network
    [[nodiscard]] std::string text(std::string_view form) const;
    [[nodiscard]] std::optional<std::string> value(std::string_view name) const;
    [[nodiscard]] std::optional<std::string> interface_value(std::string_view name) const;
    [[nodiscard]] std::string clock() const;
    [[nodiscard]] bool is_up(std::string_view interface) const;
    [[nodiscard]] std::vector<ipv4_prefix> addresses_of(std::string_view interface) const;
    [[nodiscard]] std::vector<std::string> all_interfaces() const;
    [[nodiscard]] bool reaches(std::string_view address) const;
    void happened(std::string_view event, std::string_view interface = {});
    void tell_link_changes();

    [[nodiscard]] const definition& file() const { return *tables_->all; }
    void say(std::string_view what);
    [[nodiscard]] duration scaled(duration usual) const;
    void set_value(const std::string& name, std::string value);

    runtime& runtime_;
    const tables_pointer tables_;
    const device_options options_;
    const fabric& network_;
    random_bits dice_;
    timeline later_;
    ios::terminal terminal_;
    configuration configuration_;
    std::vector<frame> frames_;
    std::map<std::string, std::string, std::less<>> values_;
    std::map<std::string, std::string, std::less<>> each_;  ///< values of the line of a table
    std::map<std::string, bool, std::less<>> links_;        ///< that have been told
    std::string filter_;
    std::string last_prompt_;
    std::uint64_t rollback_ = 0;  ///< number of the planned one, 0: none
    std::uint64_t patience_ = 0;  ///< of a question
    bool muted_ = false;
    bool off_ = false;
    bool going_ = false;    ///< in the loop of `go_on`
    bool resumed_ = false;  ///< `go_on` was called from within it
    bool booting_ = false;
    bool logged_in_ = false;
    time_point started_{};
    time_point busy_until_{};
};

}  // namespace rollover::sim::scripted

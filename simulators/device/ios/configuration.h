// The configuration of the simulated router and the mode in which it is being changed: lines in, answers out; no time.
#pragma once

#include "simulators/device/ios/config_commands.h"
#include "simulators/device/ios/config_tree.h"
#include "simulators/device/ipv4.h"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace rollover::sim::ios {

/// What one configuration line did, beyond changing the configuration.
struct config_answer {
    std::string text;    ///< to be printed, '\n' line ends
    bool leave = false;  ///< back to exec
    std::string exec;    ///< after `do`: an exec command to run
    std::string banner;  ///< a banner is to be read up to this delimiter; which one stands in `banner_header`
    std::string banner_header;
    std::string banner_begun;                         ///< its text so far
    std::string question;                             ///< asks for a line (key length) before it goes on
    std::vector<std::pair<std::string, bool>> links;  ///< interfaces that went up or (false) down
    bool changed = false;
    std::string register_word;       ///< the configuration register is set to this
    std::optional<std::string> key;  ///< the RSA key now; empty: it is gone
};

/// An interface address that counts: the interface is not shut down.
struct live_address {
    std::string interface;
    ipv4_prefix prefix;
};

class configuration {
public:
    /// As it leaves the factory, with these physical interfaces.
    explicit configuration(std::vector<std::string> interfaces);

    /// Takes one line in the present mode. `prompt_length` places the caret.
    config_answer line(std::string_view typed, std::size_t prompt_length);
    [[nodiscard]] std::optional<std::vector<std::string>> help(std::string_view typed) const;

    void enter() { path_.clear(); }
    /// Directly into an interface, for a router that was left there.
    void enter_interface(std::string_view name);
    [[nodiscard]] config_mode mode() const { return path_.empty() ? config_mode::global : path_.back().mode; }
    void set_banner(std::string_view header, std::string_view text);

    [[nodiscard]] const std::vector<config_line>& lines() const { return lines_; }
    void load(std::vector<config_line> lines) { lines_ = std::move(lines); }
    [[nodiscard]] static std::vector<config_line> factory(const std::vector<std::string>& interfaces);
    [[nodiscard]] std::string text() const { return render(lines_); }

    [[nodiscard]] std::string hostname() const;
    /// "interface X" sections in order, physical ones first.
    [[nodiscard]] std::vector<std::string> interface_names() const;
    [[nodiscard]] const config_line* interface(std::string_view name) const;
    [[nodiscard]] bool is_up(std::string_view name) const;
    [[nodiscard]] std::vector<live_address> addresses() const;
    [[nodiscard]] const config_line* console_line() const { return find_line(lines_, "line con 0"); }
    /// Whether a default that `no` switches off is still on, for instance "ip domain lookup".
    [[nodiscard]] bool is_on(std::string_view setting) const;
    [[nodiscard]] std::optional<std::string> name_interface(std::string_view typed, bool may_create) const;

private:
    struct level {
        std::string header;
        config_mode mode;
    };
    struct request {
        const config_command* command = nullptr;  ///< null: a `no` form that names the beginning of several commands
        parsed words;
        bool negated = false;
        bool in_global = false;  ///< found in the global mode while in another one
    };

    [[nodiscard]] std::vector<config_line>& here();
    [[nodiscard]] request understand(std::string_view typed, std::size_t offset, bool negated) const;
    void carry_out(const request& r, config_answer& answer);
    void act(const request& r, config_answer& answer);
    void negate(const request& r, config_answer& answer);
    void open(const request& r, config_answer& answer);
    void negate_section(const request& r, config_answer& answer);
    void store(const request& r, config_answer& answer);
    void store_address(const request& r, config_answer& answer);
    void begin_banner(const request& r, config_answer& answer);
    void generate_key(const request& r, config_answer& answer);

    std::vector<std::string> hardware_;
    std::vector<config_line> lines_;
    std::vector<level> path_;
};

/// How IOS stores `password` of an "enable secret" or a user's secret. Not MD5, but of its form, and always the same.
[[nodiscard]] std::string hide_secret(std::string_view password);

/// Whether `typed` is the password of a stored value: "5 <hash>", "0 clear" or "clear".
[[nodiscard]] bool password_matches(std::string_view typed, std::string_view stored);

}  // namespace rollover::sim::ios

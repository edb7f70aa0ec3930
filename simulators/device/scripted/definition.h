// A simulated device as its file describes it (topologies/schema/simulator.xsd, docs/simulators.md): plain data, shared
// by all devices of a platform.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/runtime/time.h"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::sim::scripted {

struct step;

/// What happens after an answer. `answers` empty: after any other. "enter" stands for an empty one, "nothing" for none
/// in time.
struct branch {
    std::vector<std::string> answers;
    std::vector<step> steps;
};

/// One thing that the device does; the elements of the file have the same names.
struct step {
    enum class kind : std::uint8_t { print, page, log, wait, ask, go, act, set, ping, each, play };
    enum class reply : std::uint8_t { line, key, password, enter };  ///< enter: waits for RETURN, drops the rest

    kind what = kind::print;
    std::size_t at = 0;   ///< its byte in the file, for messages
    std::string when;     ///< empty: always; conditions (steps.cpp: `holds`) joined by " and "
    std::string text;     ///< template: of what is printed, asked, or set; the mode, the act, the address to ping
    std::string name;     ///< of the value that is set or answered; what `each` goes through
    duration time{};      ///< of a wait, a ping's timeout; before a log message
    duration interval{};  ///< between two pings
    unsigned count = 0;   ///< of pings
    duration within{};    ///< an answer must come in; 0: no limit
    reply how = reply::line;
    bool abbreviated = false;  ///< a beginning of an answer will do
    std::vector<branch> branches;
};

struct mode {
    std::string name;
    std::string prompt;  ///< template
    std::string up;      ///< the mode that this one is a part of, "" for none
    bool configures = false;
};

struct command {
    std::vector<std::string> modes;  ///< names; "any", "configuration"
    std::string pattern;
    duration time{};  ///< until it does anything; 0: that of every line
    std::vector<step> steps;
};

/// A line of the configuration that the device understands.
struct setting {
    std::string mode;
    std::size_t at = 0;  ///< its byte in the file, for messages
    std::string pattern;
    std::string opens;                 ///< the mode of the section that it opens
    std::uint8_t key = 0;              ///< words that say which setting it is; 0: each line stands for itself
    bool shows_no = false;             ///< "no X" is kept and shown
    bool is_default = false;           ///< X is what the device does anyhow: setting it only takes "no X" away
    std::vector<std::uint8_t> levels;  ///< words on each level of a tree
};

enum class family_kind : std::uint8_t { indented, tree, paths, environment };

struct configuration_style {
    family_kind family = family_kind::indented;
    std::string negation = "no";
    bool candidate = false;      ///< changes take effect when they are committed
    bool commit_saves = false;   ///< what is committed is there after a reload
    bool saves_at_once = false;  ///< every change is there after a reload
    unsigned indent = 1;
    std::string separator;    ///< a line after a section
    std::string section_end;  ///< a line at the end of a section
    std::string terminator;   ///< after a leaf of a tree
    std::string quote;        ///< around the value in the `set` form of a tree
};

/// Where the configuration says what the network sees: the beginning of a setting with all its sections.
struct network_words {
    std::string hostname;
    std::vector<std::string> addresses;  ///< with ${interface} and * for any word
    std::string up;
    std::string down;
    bool up_by_default = true;
    std::string interface = "interface";  ///< what stands before the name of one
    std::vector<std::string> passwords;   ///< what stands before the password of ${user}
};

struct interface_type {
    std::string name;
    bool made_by_user = false;
};

struct fixed_value {
    std::string text;       ///< template
    std::string when;       ///< a condition
    std::string otherwise;  ///< template, when it does not hold
};

struct account {
    std::string user;
    std::string password;
};

/// Log messages when something happens: "interface-up", "interface-down", "configured", "saved", "booted".
struct event_logs {
    std::string event;
    std::vector<step> logs;
};

struct definition {
    std::string platform;
    std::string hostname;     ///< out of the box
    std::size_t length = 24;  ///< lines of a page out of the box; 0: no pages
    std::size_t width = 0;    ///< columns at which a line scrolls; 0: never
    bool offers_help = true;  ///< on "?"
    std::string more;
    std::string wipe;
    bool finds_abbreviations = true;
    std::map<std::string, fixed_value, std::less<>> values;
    std::vector<mode> modes;  ///< the first is where a login leads
    std::vector<command> commands;
    std::vector<setting> settings;
    configuration_style style;
    network_words network;
    std::vector<interface_type> interface_types;
    std::vector<account> accounts;
    std::vector<event_logs> events;
    std::string factory;                 ///< configuration out of the box, as lines; a template
    std::string factory_each_interface;  ///< the same, for each interface
    std::string left_behind;             ///< configuration of somebody who was here before, as lines
    std::string unknown;                 ///< the first word is wrong; empty: as `invalid`
    std::string invalid;
    std::string incomplete;
    std::string ambiguous;
    std::vector<step> boot;
    std::vector<step> login;
    std::map<std::string, std::vector<step>, std::less<>> parts;  ///< steps that several places share
    std::vector<step> before_command;                             ///< in modes that do not configure
};

using definition_pointer = std::shared_ptr<const definition>;

/// Reads one file. Nothing, and mistakes with their places, when something is wrong.
[[nodiscard]] definition_pointer read_definition(std::string_view xml, const std::string& file, diagnostics& mistakes);

/// The platforms whose files ship with the product: simulators/devices/*.xml, which are built in.
[[nodiscard]] std::vector<std::string> shipped_platforms();

}  // namespace rollover::sim::scripted

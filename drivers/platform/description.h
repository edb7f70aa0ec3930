// What a platform file says, as plain values: states and their prompts, the ways between them, and the procedures
// (configure, read back, erase, reload). One driver reads them all; nothing here does I/O.
#pragma once

#include "engine/base/diagnostic.h"
#include "engine/runtime/time.h"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rollover::platform {

class patterns;

/// What an operator's credentials provide for an answer.
enum class answer_kind { text, user, password, enable_password };

/// One thing that is typed: a text, a key, or a secret.
struct keystrokes {
    answer_kind kind = answer_kind::text;
    std::string text;   ///< for `text`; control characters already decoded (written {^Z}, {CR}, {ESC} in the XML)
    bool enter = true;  ///< a CR follows
    bool acts_at_once = false;  ///< a key that is not echoed (space in a pager, y at [confirm])
};

/// A state that a console can be in, recognized by its open line when the device is silent.
struct state {
    std::string name;
    std::vector<std::string>
        prompts;  ///< RE2, matched against the whole open line; `(?P<host>...)` learns the host name
    std::vector<std::string>
        banners;  ///< RE2, also recognizes the state by the last finished line ("Press RETURN to get started!")
    std::vector<source_place> prompt_places;         ///< of `prompts`, in their order; empty where no file was read
    std::vector<source_place> banner_places;         ///< of `banners`, likewise
    duration quiet = std::chrono::milliseconds(30);  ///< silence that is needed before a prompt counts
    /// Text is typed here without a prompt for each line (a banner, a certificate); a configuration cannot end here.
    bool takes_text = false;
    /// A configuration may pass through this state but not end in it (an open quote of a shell).
    bool incomplete = false;
    std::string hint;  ///< for a person who reads that a device is stuck here; may be empty
    source_place place;
};

/// A question that a command may ask, answered by rule; a question without a rule stops the dialogue.
struct question {
    std::string pattern;  ///< RE2, searched for in the open line
    keystrokes answer;
    bool lasting = false;  ///< the answer outlives the session: a first password, a setting
    source_place place;
};

/// What a device says while somebody else keeps it from going where a transition leads; it is tried again.
struct lock_rule {
    std::string pattern;  ///< RE2, searched for in each line of the answer; empty: there is no such thing
    duration wait = std::chrono::seconds(10);
    duration limit = std::chrono::minutes(2);  ///< then it is given up
};

/// One way from a state towards another one.
struct transition {
    std::string from;
    std::string to;  ///< where it is expected to lead (others are accepted too: the state is looked at again)
    std::vector<keystrokes> type;               ///< empty: wait until the device goes on by itself (a boot)
    std::vector<question> questions;            ///< asked on the way; `enable` asks for its password
    duration limit = std::chrono::seconds(10);  ///< how long the device may be silent
    lock_rule lock;
    bool lasting = false;  ///< what is typed outlives the session: a first password, a setting
    source_place place;
};

/// Whether it types a user name or a password, at once or as an answer.
[[nodiscard]] bool types_login(const transition& t);

/// One command of a procedure.
struct step {
    std::string command;   ///< may hold ${interface} inside `for_each_interface`
    std::string in_state;  ///< brought there first; empty: stay
    std::vector<question> questions;
    std::string ends_in;  ///< state that it must end in; empty: the same as before
    std::string expect;   ///< RE2 that the output must match; empty: anything
    std::string refuse;   ///< RE2 that the output must not match; empty: nothing
    std::string after;    ///< RE2; only when the output of the command before matches it; empty: always
    bool for_each_interface = false;
    bool for_each_serial_port = false;          ///< the same, for those that are cabled to a converter line
    bool may_fail = false;                      ///< an error of the device is not one of ours
    bool boots = false;                         ///< the device starts anew: any known state ends it, until `boot_limit`
    duration limit = std::chrono::seconds(30);  ///< how long the device may be silent
    source_place place;
};

/// How a device that lets nobody in is brought under control: it starts anew, its boot loader is caught, and told to
/// forget the configuration or to leave it aside.
struct recovery {
    std::string match;                         ///< RE2, searched for in each line: from here on the boot can be stopped
    bool sends_break = false;                  ///< the stop is a BREAK
    std::vector<keystrokes> type;              ///< the stop is this
    duration every = std::chrono::seconds(1);  ///< how often it is tried
    std::string until;                         ///< the state of the boot loader
    duration limit = std::chrono::minutes(2);  ///< from the match
    std::vector<step> steps;                   ///< until the device can be brought home
    source_place place;
};

/// How a device is made clean again.
enum class erase_method {
    procedure,  ///< the steps of `erase` empty it (write erase and reload)
    restore,    ///< the running configuration is brought back, line by line, to the one found before activation
};

/// How the lines of a configuration say where they belong.
enum class line_style {
    blocks,  ///< by the block that they stand in (IOS)
    set,     ///< each alone, by its whole path: "set system host-name a", taken back by "delete" (Junos, VyOS)
};

/// How configurations are read back and compared.
struct readback {
    line_style style = line_style::blocks;
    std::string command;              ///< "show running-config"
    std::vector<std::string> ignore;  ///< RE2, whole lines that do not count (headers, time stamps, "!")
    std::string block_end;  ///< RE2, whole line that ends an indented block, "exit(-.+)?"; empty: indentation alone
    std::vector<std::string> permanent;  ///< RE2, headers of blocks that cannot be removed with `no` (interfaces)
    /// RE2, lines that have one value and are set anew instead of taken back, where there was another before
    /// (`hostname`).
    std::vector<std::string> replaced;
    std::string negation = "no ";  ///< prefix that takes a line back; "delete " in the style `set`
    /// The configuration that was typed is looked for in it. False where the command shows something else.
    bool compared = true;
    std::vector<std::string> unshown;  ///< RE2, whole typed lines that leave no trace (defaults, "exit", "do ...")
    /// RE2, whole typed lines whose end is shown otherwise (a secret); the group `shown` is the part that is compared.
    std::vector<std::string> masked;
    source_place place;
};

/// A character that a configuration line may not hold, and why.
struct forbidden_character {
    char character = 0;
    std::string because;  ///< "opens help at once"
};

/// What is known of some configuration lines before they are typed.
struct config_line_rule {
    std::string pattern;  ///< RE2, whole lines without the blanks around them
    std::string within;   ///< RE2, the whole header of the block that they stand in; empty: anywhere
    std::string refused;  ///< why such a line is never typed ("the console would be lost"); empty: it may be
    std::string hint;     ///< what to do instead
    duration limit{};     ///< how long the device may be silent over it; 0: as over any line
    std::vector<question> questions;  ///< that it is known to ask
    source_place place;
};

/// What is done with a candidate, on a platform whose configuration counts only when it is committed. All of it runs
/// where configuration lines are typed.
struct candidate_steps {
    std::vector<step> check;
    std::vector<step> commit;   ///< empty: lines count as they are typed, there is no candidate
    duration confirm_within{};  ///< the device takes the commit back by itself unless `confirm` follows; 0: it does not
    std::vector<step> confirm;
    std::vector<step> discard;   ///< after a line was rejected, or the check or the commit has failed
    std::vector<step> rollback;  ///< after what was committed was read back and found wrong

    [[nodiscard]] bool is_used() const noexcept { return !commit.empty(); }
};

/// What a device can tell of itself.
enum class identity_part { serial_number, model, software };

/// How one part is found in the output of a command.
struct identity_rule {
    identity_part what = identity_part::serial_number;
    std::string pattern;  ///< RE2 with the group `value`, searched for in each line
    std::string unless;   ///< RE2, whole values that mean nothing ("To be filled by O.E.M."); empty: none
    source_place place;
};

/// A command that tells who the device is.
struct identify_command {
    step run;
    std::vector<identity_rule> reads;  ///< the first of a part that finds something counts
};

/// What a device can tell of one of its data ports.
enum class interface_part {
    address,   ///< its MAC address
    received,  ///< how many packets it has received
    link,      ///< it has one; nothing but the match counts
    no_link,   ///< likewise
    disabled,  ///< likewise: it is shut down by its configuration
    neighbor,  ///< the number of a neighbour that it hears by LLDP or CDP ("rollover-7")
};

/// How one part is found in the output of a command.
struct interface_rule {
    interface_part what = interface_part::address;
    std::string pattern;  ///< RE2, searched for in each line; with the group `value` for an address and a number
    source_place place;
};

/// A command that tells of one interface, run at home.
struct interface_command {
    std::string command;    ///< with ${interface}
    bool may_fail = false;  ///< an error of the device is not one of ours: another command tells the same
    std::vector<interface_rule> reads;

    /// Those that tell of neighbours read nothing else: they are asked only after announcements were sent.
    [[nodiscard]] bool tells_neighbors() const {
        return !reads.empty() && reads.front().what == interface_part::neighbor;
    }
};

/// How the data ports of a device are found on their cables (`rollover lab survey`).
struct interface_questions {
    std::vector<interface_command> commands;  ///< empty: it cannot be asked
    /// Configuration lines, with ${interface}, that bring up one that is shut down; empty: its shutting down is told.
    std::vector<std::string> bring_up;
    duration settle{};  ///< how long after that frames may still not pass (spanning tree)
    source_place place;
};

/// How the speed of the console is changed on the device.
struct console_speed {
    std::vector<step> steps;  ///< `${baud}` stands for the speed; the last one changes it. Empty: it cannot be changed
    std::string stored_by;    ///< RE2, whole configuration lines that would store a raised speed (`do write`)
};

struct description {
    std::string name;  ///< "cisco-ios"
    std::string file;
    std::vector<state> states;
    std::vector<transition> transitions;
    std::string home;                           ///< the state that commands are run in
    std::string config_state;                   ///< the state that configuration lines are typed in
    source_place configure_place;               ///< where the file names it
    source_place erase_place;                   ///< of <erase>
    std::vector<std::string> config_substates;  ///< other states that are fine while configuring ("config-if")
    std::vector<std::string> leave_unknown;     ///< keystrokes tried in turn when the state is not known: {^C}, {^U}, q
    std::vector<keystrokes> wake;               ///< tried in turn while a console stays silent
    std::vector<keystrokes> silence;            ///< typed in turn, blindly, at a device that does not stop talking
    std::string kill_line = "\x15";
    /// What is typed while a line is carried out is kept, and echoed once, behind the prompt that follows.
    bool type_ahead = false;
    std::vector<std::string> pagers;  ///< RE2 of the open line; answered with `pager_key`
    std::string pager_key = " ";
    std::string pager_leave = "q";    ///< ends a pager that somebody else left behind
    std::vector<std::string> errors;  ///< RE2, searched for in each line of a command's output
    /// RE2 of text that the device says by itself; searched for up to the end of a line, so that it is also found
    /// behind a prompt or in the middle of an echo, and cut out.
    std::vector<std::string> log_lines;
    std::vector<forbidden_character> forbidden_characters;  ///< see `check_line`
    /// RE2, whole lines that stand above a prompt and belong to it ("[edit]"); cut off the end of outputs.
    std::vector<std::string> above_prompt;
    std::vector<config_line_rule> config_lines;
    candidate_steps candidate;
    std::vector<step> prepare;  ///< after coming home: paging off, width
    std::vector<step> save;
    std::vector<step> erase;
    std::vector<step> after_config;
    erase_method how_to_erase = erase_method::procedure;
    std::vector<step> verify_clean;
    std::optional<recovery> recover;  ///< nothing: only a person can
    platform::console_speed console_speed;
    std::vector<identify_command> identify;  ///< empty: a device cannot be told from another of its kind
    interface_questions interfaces;
    std::vector<step> hand_over;  ///< before a user gets the console: paging on again
    platform::readback readback;
    duration boot_limit = std::chrono::minutes(10);     ///< how long a reload may take
    duration erase_estimate = std::chrono::seconds(5);  ///< for the plan
    unsigned longest_line = 254;                        ///< longer configuration lines are refused by the plan
    /// The expressions, compiled once and shared by all sessions; set by `read_description` and `library::add`.
    std::shared_ptr<const patterns> compiled;

    /// The index of a state; nothing when there is none of that name.
    [[nodiscard]] std::optional<std::size_t> find_state(std::string_view state_name) const;
    /// Whether configuration lines may be typed in this state.
    [[nodiscard]] bool is_configuring(std::size_t state_index) const;
};

/// Descriptions by name, shared by all sessions.
class library {
public:
    /// Reads every *.xml of the folders, later folders win. Mistakes are reported all at once.
    [[nodiscard]] static library read(const std::vector<std::filesystem::path>& folders, diagnostics& mistakes);
    void add(description d);
    [[nodiscard]] std::shared_ptr<const description> find(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> names() const;

private:
    std::map<std::string, std::shared_ptr<const description>, std::less<>> by_name_;
};

/// The largest platform file that is read, in bytes.
inline constexpr std::size_t largest_platform_file = std::size_t{1} << 20U;

/// Reads one platform file (docs/platforms.md, topologies/schema/platform.xsd). On mistakes the value is empty; all of
/// them are reported, each with its place. Rejects what the lab reader rejects: DOCTYPE, invalid UTF-8, control
/// characters.
[[nodiscard]] std::optional<description> read_description(std::string_view xml, const std::string& file,
                                                          diagnostics& mistakes);

/// Why `line` cannot be typed as configuration on this platform ("a '?' opens help at once"), or nothing.
[[nodiscard]] std::optional<std::string> check_line(const description& d, std::string_view line);

/// Whether the console may run at another speed while `lines` are typed: the platform says how, and no line would
/// store that speed.
[[nodiscard]] bool may_raise_speed(const description& d, const std::vector<std::string>& lines);

/// A line of a configuration that is never typed, by <config-line refused-because="...">.
struct refused_line {
    std::size_t index = 0;
    std::string because;
    std::string hint;
};

/// The lines that would cut the branch that the engine sits on (the speed of the console, its login). Looks at the
/// block that each stands in: the header above it, by indentation. Pure.
[[nodiscard]] std::vector<refused_line> refused_lines(const description& d, const std::vector<std::string>& lines);

}  // namespace rollover::platform

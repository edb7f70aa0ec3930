// The public face of Rollover: a library that a program embeds. Needs nothing but the standard library to include.
//
//     rollover::engine lab({.lab = "lab.xml"});
//     const auto report = lab.activate("two-routers.xml", {{"pod", "3"}});
//     if (report.how == rollover::answer::done) ...
//     lab.deactivate(report.id);
//
// Calls block until their work is done; one call at a time on one engine, any number of engines at a time. No function
// throws for bad input, an unwilling device or an unreachable host: all of that is in the reports.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <iosfwd>
#include <map>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace rollover {

/// How a call ended; the values are the exit codes of the program `rollover`.
enum class answer {
    done = 0,       ///< as asked
    failed = 1,     ///< the lab said no, or failed; what was touched is clean again or in quarantine
    bad_input = 2,  ///< a file, a name or an argument is wrong; nothing was touched
    stopped = 3,    ///< interrupted, and cleaned up
};

struct engine_options {
    std::filesystem::path lab;    ///< the lab file; may be empty for `status`
    std::filesystem::path state;  ///< the state folder; empty: XDG's
    std::string store = {};       ///< URL of a PostgreSQL for the calendar and the journal; empty: in the state folder
    std::vector<std::filesystem::path>
        platforms;  ///< more folders of platform files; later ones win over the shipped ones
    std::vector<std::filesystem::path> converters;  ///< more folders of converter models, likewise
    std::string owner;                              ///< who asks, for people; empty: $USER
    std::filesystem::path program;  ///< `rollover`, which carries serial links (`carry`); empty: found along PATH
};

/// What could be changed so that a topology can be placed after all.
struct suggestion {
    std::string kind;   ///< "drop-feature"; docs/operating.md lists them, the cheapest first
    std::string text;   ///< "node A: do without feature ipsec (t.xml:3:5)"
    std::string where;  ///< "t.xml:3:5"; empty for what is not in the topology
};

/// Something that went wrong, for people (`text`, several lines) and for programs (`code`, see docs/operating.md).
struct problem {
    std::string code;
    std::string text;
    std::string excerpt = {};  ///< a mistake in a file: its line there, and a caret under the place; may be empty
    /// Of "impossible": "never" in this lab, "in-use" (when that is free again it can be), "quarantined" (not without
    /// what is in quarantine); empty when that was not found out.
    std::string missing = {};
    std::vector<suggestion> changes = {};  ///< of "impossible": with any one of them there is a placement
};

/// A step of one device while an activation runs.
struct progress {
    std::string activation;
    std::string device;
    std::string stage;  ///< "connecting", "coming home", "typing", "comparing", "checking", "ready", "erasing",
                        ///< "recovering", "clean", "failed", "quarantined"
    std::size_t lines_typed = 0;
    std::size_t lines_total = 0;
    std::uint64_t characters = 0;
    std::string text;
};

struct node_report {
    std::string node;
    std::string device;
    std::string platform;
    std::string console;                            ///< how to reach it: "telnet://192.0.2.10:4001"
    std::map<std::string, std::string> interfaces;  ///< link -> interface
};

/// What an activation types at, and how well the promise of the gap was kept (rule 4).
struct gap_report {
    std::uint64_t characters = 0;
    std::uint64_t too_short = 0;  ///< must be 0
    std::chrono::nanoseconds shortest{};
    std::chrono::nanoseconds p50{};
    std::chrono::nanoseconds p99{};
    std::uint64_t repairs = 0;
};

struct activation_report {
    answer how = answer::failed;
    std::string id;  ///< "a17"; empty when nothing was begun
    std::vector<problem> problems;
    std::vector<node_report> nodes;
    std::map<std::string, std::string> devices;  ///< after a way back: "clean", "quarantined" or "may be dirty"
    bool nothing_to_do = false;                  ///< `deactivate` of what had ended clean
    std::map<std::string, gap_report> gaps;      ///< by device
};

/// What a device says of itself; empty parts: it does not say.
struct device_identity {
    std::string device;
    std::string line;
    std::string serial_number;
    std::string model;
    std::string software;
    std::string problem;  ///< why it could not be asked; empty: it was
};

struct identity_report {
    answer how = answer::failed;
    std::vector<problem> problems;
    std::vector<device_identity> devices;  ///< in the order of the lab file
    std::size_t written = 0;               ///< pins that were added to the lab file
};

/// One fact of the lab file that a switch or a cross-connect does not hold to.
struct audit_finding {
    std::string place;     ///< in the lab file: "lab.xml:7:5"
    std::string target;    ///< "switch sw1", "cross-connect xc1"
    std::string port;      ///< empty: the whole of it
    std::string expected;  ///< empty when it is no difference
    std::string found;
    std::vector<std::string> mend;  ///< commands; may be empty
    bool difference = true;         ///< false: worth knowing, as the rules of others are
    std::string text;               ///< all of it in one line
};

struct audited_target {
    std::string target;
    std::vector<audit_finding> findings;
    std::string problem;  ///< why it could not be read, or not to its end; empty: it was
};

struct audit_report {
    answer how = answer::failed;  ///< done: no difference; failed: differences; bad_input: something could not be read
    std::vector<problem> problems;
    std::vector<audited_target> targets;  ///< in the order of the lab file, switches first
};

/// A join of an activation that did not stand as it must, and was made again.
struct mended_join {
    std::string activation;
    std::string cross_connect;
    std::string join;  ///< its name there: "a17/lan"
};

struct mend_report {
    answer how = answer::failed;
    std::vector<problem> problems;
    std::vector<mended_join> mended;
    std::size_t looked_at = 0;  ///< joins that were looked at
};

/// When a capture ends, besides a stop. Zero: not by that.
struct capture_limits {
    std::chrono::nanoseconds time{};
    std::uint64_t frames = 0;
};

struct captured_end {
    std::string end;           ///< "r1 FastEthernet0/0"
    std::uint64_t frames = 0;  ///< that were sent there
};

struct capture_report {
    answer how = answer::failed;
    std::vector<problem> problems;
    std::vector<captured_end> ends;  ///< in the order of the file's interfaces
    std::uint64_t frames = 0;
};

/// One thing that the survey has found out about the cabling.
struct survey_finding {
    std::string what;    ///< "swapped", "moved", "dead", "one-way", "no-link", "shut-down", "no-interface",
                         ///< "dead-trunk", "no-trunk", "leak", "unexpected"; "not-proved" and "note" are no differences
    std::string place;   ///< in the lab file: "lab.xml:7:5"
    std::string target;  ///< "r1 eth1", "trunk t0 of switch sw1"
    std::string expected;  ///< empty when it is no difference
    std::string found;
    std::string mend;  ///< what to do; may be empty
    bool difference = true;
    std::string text;  ///< all of it in one line
};

struct surveyed_device {
    std::string device;
    std::string left_alone;   ///< why: in use, in quarantine; empty: it was surveyed
    std::string problem;      ///< why it could not be asked; empty: it was
    unsigned interfaces = 0;  ///< that were looked for
    unsigned proved = 0;      ///< of them: cabled as the lab file says
    std::string left;         ///< what became of a device whose interfaces were brought up: "clean", "quarantined"
};

struct survey_report {
    answer how = answer::failed;  ///< done: all is as the lab file says; failed: differences; bad_input: something
                                  ///< could not be read
    std::string id;               ///< that the survey had in the journal
    std::vector<problem> problems;
    std::vector<surveyed_device> devices;  ///< in the order of the lab file
    std::vector<survey_finding> findings;  ///< likewise
};

/// A text for people and the same as JSON, for `check`, `place` and `plan`.
struct text_report {
    answer how = answer::failed;
    std::string text;
    std::string json;
    std::vector<problem> problems;
};

struct device_status {
    std::string device;
    std::string condition;  ///< "claimed", "may be dirty", "in use" (by a ready activation), "clean", "quarantined",
                            ///< "released by hand"
    std::string why;
};

/// One end of a serial link. Its bytes are those that came from there and were handed on.
struct patch_end_status {
    std::string end;  ///< "r1 Serial0/0 (line cs1/9)"
    bool connected = false;
    std::uint64_t bytes = 0;
    std::uint64_t breaks = 0;
    std::uint64_t breaks_lost = 0;  ///< the other line cannot send one
    std::uint64_t reconnects = 0;   ///< connections that were lost, and made again
    std::uint64_t dropped = 0;      ///< bytes for this end that may have gone with a lost connection
};

/// A serial link that is carried between two converter lines.
struct patch_status {
    std::string link;
    bool carried = false;                ///< a process does so now
    std::vector<patch_end_status> ends;  ///< two, at most a second old; none when nothing was ever counted
};

struct activation_status {
    std::string id;
    std::string lab;
    std::string topology;
    std::string owner;
    std::chrono::system_clock::time_point begun;
    std::string phase;       ///< "activating", "ready", "rolling back", "deactivating", "ended"
    bool worked_on = false;  ///< a process works on it now; an unfinished one that nobody works on was interrupted
    std::string failure;
    std::vector<device_status> devices;
    std::vector<std::string> joins;  ///< that may stand
    std::vector<patch_status> patches;
    std::filesystem::path folder;  ///< configurations and transcripts
};

struct status_report {
    answer how = answer::failed;
    std::vector<problem> problems;
    std::vector<activation_status> activations;
    std::map<std::string, std::map<std::string, std::string>> unavailable;  ///< lab -> device -> why
};

/// What is known of a console line from its use. The gaps are those of the last visit that typed, the counts of all.
struct line_status {
    std::string lab;
    std::string line;       ///< "cs1/1"
    std::string device;     ///< at the other end, in the last visit
    double learned_ms = 0;  ///< added to the lab file's delays, because the line has lost characters
    double shortest_ms = 0;
    double p50_ms = 0;
    double p99_ms = 0;
    std::uint64_t characters = 0;
    std::uint64_t repairs = 0;     ///< lines cleared and typed again
    std::uint64_t retries = 0;     ///< openings in vain
    std::uint64_t reconnects = 0;  ///< connections that were lost, and made again
    std::uint64_t visits = 0;
    std::chrono::system_clock::time_point last;
};

struct lines_report {
    answer how = answer::failed;
    std::vector<problem> problems;
    std::vector<line_status> lines;
};

struct call_options {
    std::function<void(const progress&)> tell;    ///< called on the calling thread; must not block for long
    std::function<void(const std::string&)> log;  ///< one line at a time
    std::stop_token stop;                         ///< a request rolls the activation back
    bool stop_on_signals = false;                 ///< SIGINT, SIGTERM and SIGHUP do so too, while the call runs
    /// A signal came, the how-manieth: the first rolls back, the second leaves the way back too (`deactivate` goes on).
    std::function<void(unsigned)> stopping;
    std::chrono::nanoseconds deadline{};         ///< for `activate`, until ready; 0: two hours
    std::chrono::nanoseconds device_deadline{};  ///< for each device; 0: one hour
};

struct place_options {
    bool explain = false;  ///< instead: for each node, which devices could play it by themselves, and what rules out
                           ///< the others
    std::filesystem::path like;     ///< a placement as `place` gives it in JSON, to stay close to; empty: none
    std::uint64_t effort = 20'000;  ///< steps to find a better placement, once one is found; 0: the first that is right
};

using parameters = std::map<std::string, std::string>;

class engine {
public:
    explicit engine(engine_options options);
    ~engine();
    engine(engine&&) noexcept;
    engine& operator=(engine&&) noexcept;

    /// Validates labs and topologies, every mistake at once as "file:line:column: error: ...". Needs no lab.
    [[nodiscard]] text_report check(const std::vector<std::filesystem::path>& files);

    /// Which device would play which node now; or why none can.
    [[nodiscard]] text_report place(const std::filesystem::path& topology, const parameters& given = {},
                                    const place_options& how = {});

    /// `copies` placements of the topology together, none of which shares a device with another: a class. 0: as many as
    /// fit, and why one more does not.
    [[nodiscard]] text_report place_copies(const std::filesystem::path& topology, const parameters& given,
                                           unsigned copies);

    /// The placement in the file `kept` (JSON, as `place` gives it) with another device for `node`; all other nodes
    /// keep their devices and interfaces, also those that are in use now.
    [[nodiscard]] text_report place_anew(const std::filesystem::path& topology, const parameters& given,
                                         const std::filesystem::path& kept, const std::string& node);

    /// A topology, with a lab in the options its placement, or a lab, as a graph in Graphviz's DOT (`text`). `plain`:
    /// to be laid out for a terminal, by `dot -Tplain`, and then drawn by `draw_plain`.
    [[nodiscard]] text_report draw(const std::filesystem::path& file, const parameters& given = {}, bool plain = false);

    /// The joins, and for each device (or only for `device`) the very characters that would be typed.
    [[nodiscard]] text_report plan(const std::filesystem::path& topology, const parameters& given = {},
                                   const std::string& device = {});

    /// Finds devices, joins, types, checks. On failure and on stop everything is rolled back.
    [[nodiscard]] activation_report activate(const std::filesystem::path& topology, const parameters& given = {},
                                             const call_options& how = {});

    /// Unjoins, erases, verifies clean; also what an interrupted process has left, and again what is in quarantine.
    [[nodiscard]] activation_report deactivate(const std::string& id, const call_options& how = {});

    /// All activations that have not ended (or one, whatever its phase), and who keeps which device from being used.
    [[nodiscard]] status_report status(const std::string& id = {});

    /// Makes the joins of an activation that is ready stand again, where a cross-connect was restarted or somebody has
    /// changed them; those that stand are left alone. `id` empty: all activations of the lab that are ready.
    [[nodiscard]] mend_report mend(const std::string& id = {}, const call_options& how = {});

    /// Writes every frame on a link of an activation that is ready to `to`, as a pcapng file whose interfaces are the
    /// link's ends: each frame once, as the device at that end has sent it. Ends well by a stop or at a limit. `link`:
    /// its name, with the activation ("a17/lan") where several are ready; without, the options name the lab.
    [[nodiscard]] capture_report capture(const std::string& link, std::ostream& to, const capture_limits& limits = {},
                                         const call_options& how = {});

    /// Carries the serial links of an activation until it is stopped; `carrying` is called when all of their lines are
    /// open. `activate` starts a process that does this, and `deactivate` ends it; to be called again where such a
    /// process was lost (a restart of the machine).
    [[nodiscard]] text_report carry(const std::string& id, const call_options& how = {},
                                    const std::function<void()>& carrying = {});

    /// Asks the devices (all of the lab, when `names` is empty) who they are, over their consoles, all at once. Those
    /// that are in use are left alone. `write`: pins that the lab file does not have yet are added to it, and nothing
    /// else of its text changes.
    [[nodiscard]] identity_report identify(const std::vector<std::string>& names = {}, bool write = false,
                                           const call_options& how = {});

    /// The configuration that a lab switch must have by the lab file, by the template of its platform, or by that file.
    [[nodiscard]] text_report switch_config(const std::string& name, const std::filesystem::path& template_file = {});

    /// Reads every switch of the lab (or only `switches`, and then no cross-connect) and every cross-connect, all at
    /// once, and says where they differ from the lab file. Nothing is configured.
    [[nodiscard]] audit_report audit(const std::vector<std::string>& switches = {}, const call_options& how = {});

    /// Proves the cabling: asks the devices (all of the lab, when `names` is empty) for the addresses of their
    /// interfaces, sends marked frames towards each through the cross-connects, and says where what answers is cabled
    /// otherwise than the lab file says. Devices in use are left alone; interfaces that are shut down are brought up,
    /// and their devices cleaned afterwards. `listen`: at least so long for what has not answered; 0: 12 seconds.
    [[nodiscard]] survey_report survey(const std::vector<std::string>& names = {}, std::chrono::nanoseconds listen = {},
                                       const call_options& how = {});

    /// Every console line that was ever typed on: its pace, gaps really achieved, repairs.
    [[nodiscard]] lines_report lines();

    /// Brings back a device that lets nobody in, as its platform says (docs/platforms.md): it starts anew, by the lab's
    /// power-cycle hook or by a person (`tell` asks for it), its boot loader is stopped, and the device is erased. Ends
    /// with the device clean, or in quarantine. One that is in use is left alone.
    [[nodiscard]] activation_report recover(const std::string& device, const call_options& how = {});

    /// A person says that a device in quarantine is clean.
    [[nodiscard]] text_report release(const std::string& device);

    /// What Graphviz has laid out, in box characters.
    [[nodiscard]] static text_report draw_plain(const std::string& laid_out);

private:
    struct implementation;
    std::unique_ptr<implementation> implementation_;
};

}  // namespace rollover

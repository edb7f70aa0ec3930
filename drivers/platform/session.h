// A session with one device: brings it home from any state, configures, runs commands, reads back, erases.
// A thin shell: the decisions are made by `dialogue` machines (dialogue.h) that see text and answer with keystrokes.
#pragma once

#include "drivers/console/console.h"
#include "drivers/platform/description.h"
#include "drivers/platform/identity.h"
#include "engine/base/log.h"
#include "engine/base/secret.h"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace rollover::platform {

/// Logins of a device, already fetched.
struct logins {
    std::string user;
    std::optional<secret> password;
    std::optional<secret> enable_password;
};

/// One line to be typed, and where its author wrote it.
struct typed_line {
    std::string text;
    source_place place;
};

/// A configuration as read back: the lines that count, in order, with their indentation.
using configuration = std::vector<std::string>;

/// How far a configuration has come: `typed` of `total` lines, `characters` so far.
struct progress {
    std::size_t typed = 0;
    std::size_t total = 0;
    std::uint64_t characters = 0;
};

class forbidden_commands;  // forbidden.h

class session {
public:
    /// `on` must outlive the session. `interfaces`: the device's data ports, for steps that are done on each.
    session(runtime& rt, console::console& on, std::shared_ptr<const description> how, logins who,
            std::vector<std::string> interfaces, log_sink log);
    ~session();

    // A dialogue that is cancelled, or whose time is over, is not left in the middle: within 10 s the half-typed line
    // is cleared, the device goes home, gets its usual speed back and is handed over, and the transcript says where it
    // was left.

    // All functions: errors device_state (what was seen, escaped, and what to do), device_rejected, timed_out,
    // cancelled, peer_closed, io; with the console's name in `where`.

    /// From whatever state to the home state: logged in, out of configuration mode, pager and half-typed lines left,
    /// dialogs answered, boots waited for, paging off.
    [[nodiscard]] task<result<void>> bring_home(time_point deadline);

    /// Goes on over another console, after the one before has lost its connection. What the device is known to be, and
    /// how far a configuration has come, stays; where it stands is not known: bring it home next.
    void continue_on(console::console& next);

    /// Goes on with `configure` where it ended: what was taken is not typed again, but for the lines that lead into
    /// the block; on a platform with a candidate all of it is, because coming home has left the candidate. Needs a
    /// device at home; `lines` as they were.
    [[nodiscard]] task<result<void>> resume(std::span<const typed_line> lines, time_point deadline,
                                            const std::function<void(const progress&)>& tell);

    /// That the line may be raised to `baud` for a while (`raise_speed`), and that the device may be found at it. 0:
    /// no.
    void allow_speed(std::uint32_t baud);

    /// Commands that the operator has forbidden. No line of a configuration, of one that is restored, and no command of
    /// `run` is typed when one of them is in it: bad_input, before the first character.
    void forbid(std::shared_ptr<const forbidden_commands> commands);

    /// The device's serial ports on converter lines, for steps that are done on each of them. None, unless told.
    void know_serial_ports(std::vector<std::string> names);

    /// Raises the speed of the console, the device by its own command and then the line, until `restore_speed` or any
    /// of bring_home, erase, hand_over. No failure where the device or the converter refuses: it stays at the usual
    /// speed, with a warning in the log. Nothing to do on platforms that do not say how. Errors: device_state when the
    /// device cannot be found at any speed any more.
    [[nodiscard]] task<result<void>> raise_speed(time_point deadline);

    /// Puts the device, and then the line, back to the speed of the lab file; nothing to do when they are there.
    [[nodiscard]] task<result<void>> restore_speed(time_point deadline);

    /// Brings the device to the state `name` of its platform; the unfinished line that it shows there. Errors:
    /// not_found for a state that the platform does not have, device_state when there is no way.
    [[nodiscard]] task<result<std::string>> go_to(std::string name, time_point deadline);

    /// Runs one command at home; its output without echo, prompt and log lines.
    [[nodiscard]] task<result<std::string>> run(std::string command, time_point deadline);

    /// Types a configuration line by line; stops at the first line that the device rejects: the failure names the place
    /// in the author's file, the command, and the device's answer. On a platform with a candidate it is committed at
    /// the end, or discarded when it is not taken.
    [[nodiscard]] task<result<void>> configure(std::span<const typed_line> lines, time_point deadline,
                                               const std::function<void(const progress&)>& tell);

    /// Reads the running configuration back and compares it with all that `configure` has typed, see meant.h.
    /// Nothing to do on platforms without such a reading. Errors: device_differs with the difference, like a diff; what
    /// was committed is rolled back then, where the platform says how.
    [[nodiscard]] task<result<void>> compare(time_point deadline);

    /// Confirms what `configure` has committed for a while only; nothing to do when it stays by itself. Errors:
    /// device_state when the device has taken it back meanwhile.
    [[nodiscard]] task<result<void>> confirm(time_point deadline);

    /// The running configuration (see description::readback).
    [[nodiscard]] task<result<configuration>> read_configuration(time_point deadline);

    /// Asks the device, which is at home, who it is: those of `wanted` that the platform can read (<identify>), each as
    /// the device says it, empty where it does not say. Types nothing when there is nothing to read.
    [[nodiscard]] task<result<identity>> identify(std::vector<identity_part> wanted, time_point deadline);

    /// Makes the device clean: by the erase procedure (including the reload), or by restoring `before`.
    /// Ends with the proof: read back and compared. Errors: device_differs with the difference.
    [[nodiscard]] task<result<void>> erase(const configuration& before, time_point deadline);

    /// Lets itself into a device that lets nobody in (description::recover): waits, `wait` at most, until it starts
    /// anew, which is somebody else's to cause; stops its boot loader, carries out the steps, and brings it home. What
    /// is configured on it then is not defined: erase it next. Errors: unsupported on platforms that do not say how,
    /// and on lines that send no BREAK where one is needed; device_state when it does not start, or cannot be stopped.
    [[nodiscard]] task<result<void>> recover(duration wait, time_point deadline);

    /// Saves the running configuration, where the platform can; else does nothing.
    [[nodiscard]] task<result<void>> save(time_point deadline);

    /// Leaves the device as a user should find it: at home, on an empty line.
    [[nodiscard]] task<result<void>> hand_over(time_point deadline);

private:
    struct shell;
    std::unique_ptr<shell> shell_;
};

/// The lines that turn `now` into `wanted` on a platform that restores (pure): negations first, then what is missing.
[[nodiscard]] std::vector<std::string> lines_to_restore(const description& d, const configuration& now,
                                                        const configuration& wanted);

}  // namespace rollover::platform

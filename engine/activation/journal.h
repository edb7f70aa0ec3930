// The journal: what the engine has done and was about to do (rule 5). Enough to know after a kill -9 which devices may
// be dirty and which joins may stand. What an activation's state is, is derived from its records, never stored beside
// them.
#pragma once

#include "engine/base/error.h"
#include "engine/runtime/task.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace rollover::activation {

/// What a record says. Intents stand before the deed.
enum class record_kind {
    begun,         ///< text: topology name; the devices are claimed with it
    joining,       ///< subject: cross-connect; text: names of the joins, one a line. Intent
    patching,      ///< text: links that are carried between converter lines, one a line. Intent
    touching,      ///< subject: device. Intent: from here on it may be dirty
    untouched,     ///< subject: device; text: why. Another one is on its console: takes `touching` back
    found,         ///< subject: device; text: its configuration as found, for platforms that restore
    configured,    ///< subject: device
    replaced,      ///< subject: device; text: by which one, as which node, why. It is this activation's no more
    missing,       ///< subject: node; text: why. The activation goes on without it
    ready,         ///< the topology works and was handed over
    failed,        ///< text: why; a rollback follows
    deactivating,  ///< the way back has begun
    unjoined,      ///< subject: cross-connect; its joins are gone
    unpatched,     ///< nothing carries them any more
    clean,         ///< subject: device; proved. Out of quarantine, if the activation had left it there
    quarantined,   ///< subject: device; text: why; out of the lab until it is cleaned or released
    released,      ///< subject: device; a person says that it is clean
    ended,         ///< nothing of it is left but what is quarantined
    note,          ///< text for people
};

[[nodiscard]] std::string_view name_of(record_kind kind) noexcept;
[[nodiscard]] std::optional<record_kind> record_kind_of(std::string_view name) noexcept;

struct record {
    record_kind kind = record_kind::note;
    std::string activation;
    std::string subject;  ///< a device or a cross-connect, by name; may be empty
    std::string text;
    wall_time when{};  ///< set by the journal
};

/// What is needed to begin: the journal gives the id.
struct beginning {
    std::string lab;       ///< name of the lab
    std::string lab_file;  ///< absolute path
    std::string topology;
    std::string owner;                 ///< who asked, for people
    std::vector<std::string> devices;  ///< names; claimed all or none
    std::string plan;                  ///< JSON of the plan, for people and programs
    std::string reservation = {};      ///< "r17", which holds the devices; empty: begun by hand
    std::uint32_t pod = 0;             ///< of the reservation, from 1
    /// Of what is begun by hand: when it will be over at the latest; nothing: nobody knows.
    std::optional<wall_time> until = {};
    std::string site = {};  ///< only the part of the pod that is there; empty: all of it
};

/// A plan that changes while it is being carried out.
struct plan_change {
    record what;                          ///< `replaced` or `missing`
    std::vector<std::string> taken;       ///< claims that are new
    std::vector<std::string> given_back;  ///< claims that end
    std::string plan;                     ///< its JSON from now on
};

/// What stands about an activation beside its records.
struct summary {
    std::string id;
    std::string lab;
    std::string lab_file;
    std::string topology;
    std::string owner;
    std::string plan;
    wall_time begun{};
    std::string reservation = {};  ///< empty: begun by hand
    std::uint32_t pod = 0;
    std::string site = {};  ///< whose part of the pod it is; empty: all of it
};

/// Why a device may not be used now.
struct hold {
    std::string activation;  ///< that has it, or that left it in quarantine; empty: neither, but a person or a
                             ///< reservation
    bool quarantined = false;
    std::string why;                      ///< of the quarantine, may have several lines; or which reservation has it
    std::string reservation = {};         ///< that the activation was begun for
    std::optional<wall_time> until = {};  ///< when what was begun by hand will be over at the latest
};
using holds = std::map<std::string, hold>;  ///< by device
/// How often a device was taken for an activation; by device, those that never were may be missing.
using use_counts = std::map<std::string, std::uint64_t>;

/// One line for people: "busy in activation a3", "in quarantine since activation a3: no prompt".
[[nodiscard]] std::string to_string(const hold& h);

/// Durable: when a function comes back with success, its record survives the end of the process and of the machine.
/// Errors of all functions: store (with the path and the database's words).
class journal {
public:
    virtual ~journal() = default;

    /// Claims the devices and writes `begun`, in one transaction. Result: the id of the activation ("a1", "a2", ...).
    /// Errors: busy, naming the device and who has it (also a reservation that begins before `until`), or that it is
    /// in quarantine, or that its own reservation does not hold it.
    [[nodiscard]] virtual task<result<std::string>> begin(beginning what) = 0;

    /// Appends. `quarantined` puts the device into quarantine, `clean` takes it out, `ended` frees all devices: not
    /// before, because while a join stands a clean device would carry the next user's packets into this activation.
    [[nodiscard]] virtual task<result<void>> append(record what) = 0;

    /// Writes another plan, its record and its claims, in one transaction. Errors: as `begin`.
    [[nodiscard]] virtual task<result<void>> change_plan(plan_change what) = 0;

    /// The records of one activation in order; errors: not_found.
    [[nodiscard]] virtual task<result<std::vector<record>>> read(std::string activation) = 0;
    [[nodiscard]] virtual task<result<summary>> find(std::string activation) = 0;
    /// All activations, oldest first.
    [[nodiscard]] virtual task<result<std::vector<summary>>> list() = 0;

    /// Devices of a lab that may not be used now. What reservations will have is in the calendar.
    [[nodiscard]] virtual task<result<holds>> unavailable(std::string lab) = 0;

    /// How often each device of a lab was taken so far: how worn it is.
    [[nodiscard]] virtual task<result<use_counts>> uses(std::string lab) = 0;

    /// A person takes a device out of the lab; one that is in an activation stays there until that ends. One that is in
    /// quarantine already is his from now on: no activation takes it out.
    [[nodiscard]] virtual task<result<void>> quarantine(std::string lab, std::string device, std::string why) = 0;
    /// A person says that a quarantined device is clean: writes `released`. Errors: not_found.
    [[nodiscard]] virtual task<result<void>> release(std::string lab, std::string device) = 0;
};

/// Where an activation stands, derived from its records.
enum class phase { activating, ready, rolling_back, deactivating, ended };
[[nodiscard]] std::string_view name_of(phase p) noexcept;

enum class device_condition { claimed, dirty, clean, quarantined, released };
[[nodiscard]] std::string_view name_of(device_condition c) noexcept;

struct device_standing {
    device_condition condition = device_condition::claimed;
    bool configured = false;
    std::optional<std::string> found;  ///< configuration as found before it was touched
    bool replaced = false;             ///< another one is in its place: it is no longer this activation's
    std::string why;                   ///< of the quarantine
};

struct standing {
    activation::phase phase = activation::phase::activating;
    std::map<std::string, device_standing> devices;         ///< those that were touched
    std::map<std::string, std::vector<std::string>> joins;  ///< join names that may stand, by cross-connect
    std::vector<std::string> patches;                       ///< links that may be carried
    std::map<std::string, std::string> missing;             ///< nodes that it goes on without, and why
    std::string failure;                                    ///< why it failed, when it did
};

/// Pure: folds the records of one activation.
[[nodiscard]] standing stand(const std::vector<record>& records);

}  // namespace rollover::activation

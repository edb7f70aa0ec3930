// What a source of an import says: boxes, their ports, and the cables between them, each with the place where it was
// said. The readers (virtlab.h, cables_csv.h, netbox.h) fill it; assemble.h makes a draft of a lab out of it.
#pragma once

#include "engine/base/diagnostic.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace rollover::importing {

/// One file of a source, whole.
struct input {
    std::string name;  ///< as messages show it
    std::string text;
};

/// A value and where it was said; empty: nobody said it.
struct said {
    std::string value;
    source_place place;
};

/// What a person has to know about a part of the draft; it becomes a comment there.
struct remark {
    enum class kind { missing, guessed };
    kind what = kind::missing;
    std::string text;
    std::string covers;  ///< a mistake of the lab reader with these words is this remark once more; may be empty
};

enum class box_kind { unknown, device, lab_switch, converter, cross_connect, segment };

struct box {
    std::string name;
    box_kind kind = box_kind::unknown;
    said site;
    said platform;  ///< a name of drivers/platforms
    said model;     ///< of a device; of a converter: a name of drivers/converters
    said serial_number;
    said address;   ///< host name or IP
    said protocol;  ///< of a converter
    said bridge;    ///< of a cross-connect
    source_place kind_place;
    source_place place;  ///< where it is named first
    std::vector<remark> remarks;
};

/// `line`: a serial port of a converter.
enum class port_kind { unknown, ethernet, serial, console, line };

struct port {
    std::uint32_t box = 0;
    std::string name;
    port_kind kind = port_kind::unknown;
    std::uint32_t speed = 0;            ///< Mbit/s; 0: not said
    std::uint32_t baud = 0;             ///< bit/s; 0: not said
    std::uint32_t tcp_port = 0;         ///< of a line; 0: not said
    std::optional<std::uint16_t> vlan;  ///< of a switch port, or of what is on one
    bool tagged = false;                ///< carries several VLANs
    std::optional<std::uint32_t> cable;
    source_place place;
    std::vector<remark> remarks;
};

struct cable {
    std::uint32_t a = 0;
    std::uint32_t b = 0;  ///< indices into inventory::ports
    std::string label;
    source_place place;
};

struct inventory {
    std::vector<importing::box> boxes;
    std::vector<importing::port> ports;
    std::vector<importing::cable> cables;
};

/// What is wrong with the input, and what of it has no place in a lab file.
class findings {
public:
    static constexpr std::size_t most = 1000;  ///< later ones are not kept

    void wrong(const source_place& place, std::string what, std::string hint);
    /// Things that are left out for the same reason are told once, with their number.
    void left_out(const source_place& place, const std::string& what, const std::string& hint = {});

    [[nodiscard]] const diagnostics& errors() const { return errors_; }
    [[nodiscard]] diagnostics remarks() const;

private:
    struct several {
        diagnostic first;
        std::size_t count = 0;
    };
    diagnostics errors_;
    std::vector<several> left_out_;
    std::map<std::string, std::size_t, std::less<>> by_words_;
};

/// Fills an inventory; whoever says a thing that contradicts what was said before is told so, with both places.
class inventory_builder {
public:
    inventory_builder(inventory& into, findings& out) : into_(into), out_(out) {}

    /// The box of this key (names may be the same at two sites), made when it is new.
    std::uint32_t box_of(const std::string& key, const std::string& name, const source_place& place);
    /// The port of a box, made when it is new. An empty name makes a new one each time.
    std::uint32_t port_of(std::uint32_t box, const std::string& name, const source_place& place);
    /// A cable between two ports; a mistake when one of them has another cable. The same cable once more is nothing
    /// new.
    void join(std::uint32_t a, std::uint32_t b, const std::string& label, const source_place& place);

    /// Notes `value` in `field` of a box; an empty one says nothing. `word` names the field in messages.
    void say(std::uint32_t box, said importing::box::* field, std::string_view word, const std::string& value,
             const source_place& place);
    void say_kind(std::uint32_t box, box_kind kind, const source_place& place);

    [[nodiscard]] importing::box& at_box(std::uint32_t i) { return into_.boxes[i]; }
    [[nodiscard]] importing::port& at_port(std::uint32_t i) { return into_.ports[i]; }

private:
    inventory& into_;
    findings& out_;
    std::unordered_map<std::string, std::uint32_t> boxes_;
    std::unordered_map<std::string, std::uint32_t> ports_;  ///< by box, NUL, name
};

[[nodiscard]] std::string_view name_of(box_kind k) noexcept;

}  // namespace rollover::importing

#include "engine/import/cables_csv.h"

#include "engine/base/text.h"
#include "engine/import/csv.h"
#include "engine/import/words.h"
#include "engine/model/traffic.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <optional>

namespace rollover::importing {

namespace {

enum class column {
    a_device,
    a_port,
    a_kind,
    a_site,
    a_platform,
    a_model,
    a_address,
    b_device,
    b_port,
    b_kind,
    b_site,
    b_platform,
    b_model,
    b_address,
    site,
    type,
    vlan,
    tcp_port,
    baud,
    speed,
    protocol,
    bridge,
    serial_number,
    label,
    comment
};
constexpr std::size_t columns = 25;

struct column_name {
    std::string_view name;  ///< reduced: small letters and digits
    column what;
};

// The first name of a column is the documented one.
constexpr auto names = std::to_array<column_name>({{"adevice", column::a_device},
                                                   {"fromdevice", column::a_device},
                                                   {"devicea", column::a_device},
                                                   {"sideadevice", column::a_device},
                                                   {"from", column::a_device},
                                                   {"device", column::a_device},
                                                   {"aport", column::a_port},
                                                   {"fromport", column::a_port},
                                                   {"porta", column::a_port},
                                                   {"ainterface", column::a_port},
                                                   {"sideaname", column::a_port},
                                                   {"frominterface", column::a_port},
                                                   {"interface", column::a_port},
                                                   {"port", column::a_port},
                                                   {"akind", column::a_kind},
                                                   {"fromkind", column::a_kind},
                                                   {"kinda", column::a_kind},
                                                   {"kind", column::a_kind},
                                                   {"asite", column::a_site},
                                                   {"fromsite", column::a_site},
                                                   {"sitea", column::a_site},
                                                   {"aplatform", column::a_platform},
                                                   {"fromplatform", column::a_platform},
                                                   {"platforma", column::a_platform},
                                                   {"platform", column::a_platform},
                                                   {"amodel", column::a_model},
                                                   {"frommodel", column::a_model},
                                                   {"modela", column::a_model},
                                                   {"model", column::a_model},
                                                   {"aaddress", column::a_address},
                                                   {"fromaddress", column::a_address},
                                                   {"ahost", column::a_address},
                                                   {"bdevice", column::b_device},
                                                   {"todevice", column::b_device},
                                                   {"deviceb", column::b_device},
                                                   {"sidebdevice", column::b_device},
                                                   {"to", column::b_device},
                                                   {"peer", column::b_device},
                                                   {"peerdevice", column::b_device},
                                                   {"bport", column::b_port},
                                                   {"toport", column::b_port},
                                                   {"portb", column::b_port},
                                                   {"binterface", column::b_port},
                                                   {"sidebname", column::b_port},
                                                   {"tointerface", column::b_port},
                                                   {"peerport", column::b_port},
                                                   {"peerinterface", column::b_port},
                                                   {"bkind", column::b_kind},
                                                   {"tokind", column::b_kind},
                                                   {"kindb", column::b_kind},
                                                   {"peerkind", column::b_kind},
                                                   {"bsite", column::b_site},
                                                   {"tosite", column::b_site},
                                                   {"siteb", column::b_site},
                                                   {"bplatform", column::b_platform},
                                                   {"toplatform", column::b_platform},
                                                   {"platformb", column::b_platform},
                                                   {"bmodel", column::b_model},
                                                   {"tomodel", column::b_model},
                                                   {"modelb", column::b_model},
                                                   {"baddress", column::b_address},
                                                   {"toaddress", column::b_address},
                                                   {"bhost", column::b_address},
                                                   {"site", column::site},
                                                   {"type", column::type},
                                                   {"cabletype", column::type},
                                                   {"vlan", column::vlan},
                                                   {"vlanid", column::vlan},
                                                   {"vid", column::vlan},
                                                   {"tcpport", column::tcp_port},
                                                   {"tcp", column::tcp_port},
                                                   {"baud", column::baud},
                                                   {"baudrate", column::baud},
                                                   {"speed", column::speed},
                                                   {"protocol", column::protocol},
                                                   {"bridge", column::bridge},
                                                   {"serialnumber", column::serial_number},
                                                   {"label", column::label},
                                                   {"name", column::label},
                                                   {"cable", column::label},
                                                   {"id", column::label},
                                                   {"comment", column::comment},
                                                   {"comments", column::comment},
                                                   {"note", column::comment},
                                                   {"notes", column::comment},
                                                   {"length", column::comment},
                                                   {"color", column::comment},
                                                   {"colour", column::comment},
                                                   {"status", column::comment},
                                                   {"description", column::comment},
                                                   {"rack", column::comment}});

struct kind_word {
    std::string_view word;
    box_kind kind;
};
constexpr auto kind_words = std::to_array<kind_word>({{"device", box_kind::device},
                                                      {"router", box_kind::device},
                                                      {"host", box_kind::device},
                                                      {"switch", box_kind::lab_switch},
                                                      {"labswitch", box_kind::lab_switch},
                                                      {"converter", box_kind::converter},
                                                      {"consoleserver", box_kind::converter},
                                                      {"terminalserver", box_kind::converter},
                                                      {"crossconnect", box_kind::cross_connect},
                                                      {"segment", box_kind::segment},
                                                      {"hub", box_kind::segment}});

const std::vector<std::string>& known_names() {
    static const std::vector<std::string> all = [] {
        std::vector<std::string> made;
        for (const auto& n : names) {
            made.emplace_back(n.name);
        }
        return made;
    }();
    return all;
}

class table {
public:
    table(const input& file, inventory_builder& into, findings& out) : file_(file), into_(into), out_(out) {
        place_of_.fill(none);
    }

    void read() {
        const auto records = read_csv(file_, out_);
        if (records.empty()) {
            if (out_.errors().empty()) {
                out_.wrong({file_.name, 1, 0}, "it has no header",
                           "the first row names the columns: a-device,a-port,b-device,b-port,...");
            }
            return;
        }
        if (!header(records.front())) {
            return;
        }
        for (std::size_t i = 1; i < records.size(); ++i) {
            row_ = &records[i];
            if (row_->fields.size() == records.front().fields.size()) {
                row();
            } else {
                wrong(
                    fmt::format("{} fields, but the header has {}", row_->fields.size(), records.front().fields.size()),
                    "a field that holds the separator is put in quotes; an empty one keeps its separator");
            }
        }
    }

private:
    static constexpr std::size_t none = static_cast<std::size_t>(-1);

    [[nodiscard]] source_place place() const { return {file_.name, row_->line, 0}; }
    void wrong(std::string what, std::string hint) { out_.wrong(place(), std::move(what), std::move(hint)); }

    [[nodiscard]] std::string value(column c) const {
        const auto where = place_of_[static_cast<std::size_t>(c)];
        return where == none ? std::string() : std::string(trim(row_->fields[where]));
    }

    bool header(const csv_record& record) {
        row_ = &record;
        constexpr std::size_t most_columns = 200;
        if (record.fields.size() > most_columns) {
            wrong(fmt::format("{} columns", record.fields.size()),
                  fmt::format("at most {}; is it a table of cables?", most_columns));
            return false;
        }
        const std::size_t before = out_.errors().size();
        for (std::size_t i = 0; i < record.fields.size(); ++i) {
            const std::string wanted = reduced(record.fields[i]);
            const auto* const found = std::ranges::find(names, wanted, &column_name::name);
            if (found == names.end()) {
                const auto near = closest(wanted, known_names());
                wrong(fmt::format("there is no column \"{}\"", record.fields[i]),
                      near.empty() ? "known columns are in docs/import.md; one of your own may be called comment"
                                   : fmt::format("is it \"{}\"?", near));
                continue;
            }
            auto& where = place_of_[static_cast<std::size_t>(found->what)];
            if (where != none && found->what != column::comment) {
                wrong(fmt::format("columns \"{}\" and \"{}\" mean the same", record.fields[where], record.fields[i]),
                      "remove one");
            }
            where = i;
        }
        for (const auto& [c, name] : {std::pair(column::a_device, "a-device"), std::pair(column::a_port, "a-port"),
                                      std::pair(column::b_device, "b-device"), std::pair(column::b_port, "b-port")}) {
            if (place_of_[static_cast<std::size_t>(c)] == none) {
                wrong(fmt::format("there is no column {}", name),
                      "the first row names the columns: a-device,a-port,b-device,b-port,...");
            }
        }
        return out_.errors().size() == before;
    }

    std::uint32_t number(column c, std::string_view what, std::uint32_t least, std::uint32_t most) {
        const std::string text = value(c);
        if (text.empty()) {
            return 0;
        }
        const auto n = model::parse_number(text);
        if (!n || *n < least || *n > most) {
            wrong(fmt::format("{} \"{}\"", what, text), fmt::format("a number from {} to {}", least, most));
            return 0;
        }
        return *n;
    }

    struct end {
        std::uint32_t box = 0;
        std::uint32_t port = 0;
    };
    struct end_columns {
        column device, port, kind, site, platform, model, address;
    };

    std::optional<end> read_end(const end_columns& c) {
        const std::string name = value(c.device);
        if (name.empty()) {
            wrong("an end without a device", "name the box at each end of the cable");
            return std::nullopt;
        }
        end e;
        e.box = into_.box_of(name, name, place());
        if (const std::string word = value(c.kind); !word.empty()) {
            const auto* const kind = std::ranges::find(kind_words, reduced(word), &kind_word::word);
            if (kind == kind_words.end()) {
                wrong(fmt::format("kind \"{}\"", word), "one of device, switch, converter, cross-connect, segment");
            } else {
                into_.say_kind(e.box, kind->kind, place());
            }
        }
        const std::string site = value(c.site);
        into_.say(e.box, &box::site, "the site", site.empty() ? value(column::site) : site, place());
        into_.say(e.box, &box::platform, "the platform", value(c.platform), place());
        into_.say(e.box, &box::model, "the model", value(c.model), place());
        into_.say(e.box, &box::address, "the address", value(c.address), place());
        const std::string port = value(c.port);
        if (port.empty() && into_.at_box(e.box).kind != box_kind::segment &&
            reduced(value(column::type)) != "console") {
            wrong(fmt::format("the end at \"{}\" has no port", name),
                  "only the ends at a segment, and consoles, may be without one");
            return std::nullopt;
        }
        e.port = into_.port_of(e.box, into_.at_box(e.box).kind == box_kind::segment ? "" : port, place());
        return e;
    }

    void row() {
        const auto a = read_end({column::a_device, column::a_port, column::a_kind, column::a_site, column::a_platform,
                                 column::a_model, column::a_address});
        const auto b = read_end({column::b_device, column::b_port, column::b_kind, column::b_site, column::b_platform,
                                 column::b_model, column::b_address});
        const auto vlan = number(column::vlan, "VLAN", 1, 4094);
        const auto tcp = number(column::tcp_port, "TCP port", 1, 65535);
        const auto baud = number(column::baud, "speed of a console", 50, 4'000'000);
        const auto speed = read_speed();
        const auto kind = read_type();
        if (!a || !b) {
            return;
        }
        into_.join(a->port, b->port, value(column::label), place());
        for (const auto& e : {*a, *b}) {
            auto& p = into_.at_port(e.port);
            if (vlan != 0) {
                p.vlan = static_cast<std::uint16_t>(vlan);
            }
            p.tcp_port = tcp;
            p.baud = baud;
            p.speed = speed;
            p.kind = kind;
            of_one_kind(e.box, box_kind::converter, &box::protocol, "protocol", column::protocol);
            of_one_kind(e.box, box_kind::cross_connect, &box::bridge, "bridge", column::bridge);
            of_one_kind(e.box, box_kind::device, &box::serial_number, "serial number", column::serial_number);
        }
        // Between two devices nobody could tell whose it is.
        if (!value(column::serial_number).empty() && into_.at_box(a->box).kind == into_.at_box(b->box).kind) {
            wrong("a serial number for two devices", "give it in the row of the device's console");
        }
    }

    void of_one_kind(std::uint32_t box, box_kind kind, said importing::box::* field, std::string_view word, column c) {
        if (into_.at_box(box).kind == kind) {
            into_.say(box, field, word, value(c), place());
        }
    }

    std::uint32_t read_speed() {
        const std::string text = value(column::speed);
        const auto speed = model::parse_bit_rate(text);
        if (!text.empty() && !speed) {
            wrong(fmt::format("speed \"{}\"", text),
                  "a number and m or g: 100m, 2.5g, 10g; a console's speed is in column baud");
        }
        return speed.value_or(0);
    }

    port_kind read_type() {
        const std::string word = reduced(value(column::type));
        if (word == "console") {
            return port_kind::console;
        }
        if (word == "serial") {
            return port_kind::serial;
        }
        if (word == "ethernet") {
            return port_kind::ethernet;
        }
        if (!word.empty()) {
            wrong(fmt::format("type \"{}\"", value(column::type)), "one of ethernet, serial, console, or nothing");
        }
        return port_kind::unknown;
    }

    const input& file_;
    inventory_builder& into_;
    findings& out_;
    std::array<std::size_t, columns> place_of_{};
    const csv_record* row_ = nullptr;
};

}  // namespace

void read_cables_csv(const std::vector<input>& files, inventory& into, findings& out) {
    inventory_builder builder(into, out);
    for (const auto& file : files) {
        table(file, builder, out).read();
    }
}

}  // namespace rollover::importing

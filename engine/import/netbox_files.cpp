#include "engine/import/netbox_files.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <utility>

namespace rollover::importing {

namespace {

constexpr auto kept_members = std::to_array<std::string_view>({"count",
                                                               "next",
                                                               "results",
                                                               "id",
                                                               "url",
                                                               "display",
                                                               "name",
                                                               "device",
                                                               "device_type",
                                                               "manufacturer",
                                                               "model",
                                                               "slug",
                                                               "role",
                                                               "device_role",
                                                               "platform",
                                                               "serial",
                                                               "site",
                                                               "primary_ip",
                                                               "address",
                                                               "type",
                                                               "value",
                                                               "speed",
                                                               "untagged_vlan",
                                                               "vid",
                                                               "mode",
                                                               "mgmt_only",
                                                               "connected_endpoints",
                                                               "connected_endpoint",
                                                               "connected_endpoints_type",
                                                               "connected_endpoint_type",
                                                               "connected_endpoints_reachable",
                                                               "connected_endpoint_reachable",
                                                               "a_terminations",
                                                               "b_terminations",
                                                               "object_type",
                                                               "object_id",
                                                               "object",
                                                               "termination_a_type",
                                                               "termination_a_id",
                                                               "termination_b_type",
                                                               "termination_b_id",
                                                               "label",
                                                               "status"});

class file_sorter {
public:
    explicit file_sorter(findings& out) : out_(out) {}

    netbox_objects read(const std::vector<input>& files) {
        for (const auto& file : files) {
            if (auto root = read_json(file, kept_members, out_)) {
                found_.documents.push_back(std::move(*root));
                sort_file(file, found_.documents.back());
            }
        }
        check_counts();
        if (found_.devices.empty() && out_.errors().empty()) {
            out_.wrong({files.empty() ? std::string("the files") : files.front().name, 0, 0}, "there are no devices",
                       "save the answer of /api/dcim/devices/?limit=0 too");
        }
        return std::move(found_);
    }

private:
    struct list_count {
        std::uint64_t said = 0;
        std::size_t found = 0;
        bool goes_on = false;
        source_place place;
    };

    void wrong(const netbox_object& o, std::string what, std::string hint) {
        out_.wrong(place_of(o), std::move(what), std::move(hint));
    }

    void sort_file(const input& file, const json_value& root) {
        const json_value* list = &root;
        if (root.is_object() && root.at("results").what == json_value::kind::array) {
            list = &root.at("results");
        }
        if (list->is_object()) {
            sort_object({&file, list}, nullptr);
            return;
        }
        if (list->what != json_value::kind::array) {
            out_.wrong({file.name, 1, 0}, "it is nothing of NetBox",
                       "save the answer of NetBox's REST API: an object with \"results\", or a list of objects");
            return;
        }
        list_count here;
        here.goes_on = root.is_object() && !root.at("next").is_null();
        here.said = root.is_object() ? root.number_at("count").value_or(0) : 0;
        here.place = {file.name, 1, 0};
        std::string kind;
        for (const auto& item : list->items) {
            if (item.is_object()) {
                sort_object({&file, &item}, &kind);
            } else {
                out_.wrong({file.name, list->line, 0}, "the list holds something that is no object",
                           "save the answer of NetBox's REST API as it comes");
                return;
            }
        }
        auto& total = counts_[kind];
        total.found += list->items.size();
        total.said = std::max(total.said, here.said);
        if (here.goes_on && !total.goes_on) {
            total.goes_on = true;
            total.place = here.place;
        }
    }

    void sort_object(const netbox_object& o, std::string* kind) {
        const std::string what = kind_of(*o.json);
        if (kind != nullptr) {
            *kind = what;
        }
        if (what.empty()) {
            wrong(o, "an object that is nothing of NetBox's dcim",
                  "files of devices, interfaces, console-ports, console-server-ports and cables are read");
        } else if (!o.json->number_at("id")) {
            wrong(o, "an object without its id",
                  "save the answer of NetBox's REST API as it comes, not a table made of it");
        } else if (what == "devices") {
            found_.devices.push_back(o);
        } else if (what == "interfaces") {
            found_.interfaces.push_back(o);
        } else if (what == "console-ports") {
            found_.consoles.push_back(o);
        } else if (what == "console-server-ports") {
            found_.lines.push_back(o);
        } else if (what == "cables") {
            found_.cables.push_back(o);
        } else {
            out_.left_out(place_of(o), fmt::format("objects of {} are not read", what));
        }
    }

    /// The endpoint that an object is of.
    static std::string kind_of(const json_value& o) {
        const std::string& url = o.text_at("url");
        constexpr std::string_view base = "/api/dcim/";
        if (const auto begin = url.find(base); begin != std::string::npos) {
            const auto rest = url.substr(begin + base.size());
            return rest.substr(0, rest.find('/'));
        }
        if (o.at("a_terminations").what == json_value::kind::array || !o.text_at("termination_a_type").empty()) {
            return "cables";
        }
        return o.at("device_type").is_object() ? "devices" : std::string();
    }

    void check_counts() {
        for (const auto& [kind, c] : counts_) {
            if (c.goes_on && c.found < c.said) {
                out_.wrong(c.place, fmt::format("{} of {} {}: the list goes on", c.found, c.said, kind),
                           fmt::format("save /api/dcim/{}/?limit=0, or give the other pages too", kind));
            }
        }
    }

    findings& out_;
    netbox_objects found_;
    std::map<std::string, list_count> counts_;
};

}  // namespace

netbox_objects read_netbox_files(const std::vector<input>& files, findings& out) {
    return file_sorter(out).read(files);
}

}  // namespace rollover::importing

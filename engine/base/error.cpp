#include "engine/base/error.h"

#include "engine/base/text.h"

#include <stdexcept>
#include <utility>

namespace rollover {

std::string_view name_of(errc code) noexcept {
    switch (code) {
        case errc::bad_input: return "bad_input";
        case errc::not_found: return "not_found";
        case errc::duplicate: return "duplicate";
        case errc::protocol: return "protocol";
        case errc::refused: return "refused";
        case errc::io: return "io";
        case errc::unreachable: return "unreachable";
        case errc::peer_closed: return "peer_closed";
        case errc::timed_out: return "timed_out";
        case errc::cancelled: return "cancelled";
        case errc::busy: return "busy";
        case errc::device_rejected: return "device_rejected";
        case errc::device_state: return "device_state";
        case errc::device_differs: return "device_differs";
        case errc::impossible: return "impossible";
        case errc::undecided: return "undecided";
        case errc::store: return "store";
        case errc::unsupported: return "unsupported";
        case errc::internal: return "internal";
    }
    return "internal";
}

namespace {

/// "cross-connect xc1 (bridge xc)" begins with the place "cross-connect xc1", and with no "cross-connect xc".
bool begins_with_place(std::string_view where, std::string_view place) {
    return !place.empty() && where.starts_with(place) &&
           (where.size() == place.size() ||
            std::string_view(" ,:").find(where[place.size()]) != std::string_view::npos);
}

}  // namespace

failure failure::at(std::string place) && {
    if (!begins_with_place(where, place)) {
        where = where.empty() ? std::move(place) : std::move(place) + ": " + where;
    }
    return std::move(*this);
}

failure failure::advise(std::string what_to_do) && {
    hint = std::move(what_to_do);
    return std::move(*this);
}

failure failure::said(std::string text) && {
    device_text = std::move(text);
    return std::move(*this);
}

failure failure::after_command(std::string typed) && {
    command = std::move(typed);
    return std::move(*this);
}

std::string describe(const failure& f) {
    std::string out = f.where.empty() ? f.reason : f.where + ": " + f.reason;
    if (!f.command.empty()) {
        out += "\n  typed:    " + printable(f.command);
    }
    const auto text_end = f.device_text.find_last_not_of("\r\n");  // programs end with a new line
    const auto text = std::string_view(f.device_text).substr(0, text_end + 1);
    if (!text.empty()) {
        out += "\n  answered: ";
        for (std::size_t begin = 0; begin <= text.size();) {
            const auto end = std::min(text.find('\n', begin), text.size());
            if (begin != 0) {
                out += "\n            ";
            }
            out += printable(text.substr(begin, end - begin));
            begin = end + 1;
        }
    }
    if (!f.hint.empty()) {
        out += "\n  to mend:  " + f.hint;
    }
    return out;
}

void throw_exception_from_error(const failure& f, const boost::source_location& where) {
    throw std::logic_error("unchecked failure at " + where.to_string() + ": " + describe(f));
}

}  // namespace rollover

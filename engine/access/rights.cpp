#include "engine/access/rights.h"

#include <algorithm>
#include <array>
#include <iterator>

namespace rollover::access {

namespace {

constexpr std::array all_roles{role::user, role::author, role::operates};

}  // namespace

std::string_view name_of(role r) noexcept {
    switch (r) {
        case role::user: return "user";
        case role::author: return "author";
        case role::operates: return "operator";
    }
    return "user";
}

std::optional<role> role_of(std::string_view name) noexcept {
    for (const auto one : all_roles) {
        if (name == name_of(one)) {
            return one;
        }
    }
    return std::nullopt;
}

reach reach_of(role who, action what) noexcept {
    const auto* const row = std::ranges::find(rights, what, &right::what);
    if (row == std::end(rights)) {
        return reach::none;
    }
    switch (who) {
        case role::user: return row->user;
        case role::author: return row->author;
        case role::operates: return row->operates;
    }
    return reach::none;
}

std::string_view words_of(action what) noexcept {
    switch (what) {
        case action::look: return "look at the service";
        case action::book: return "book for somebody else";
        case action::bring: return "bring topologies of his own";
        case action::see: return "see reservations";
        case action::change: return "change reservations";
        case action::calendar: return "see the calendar";
        case action::devices: return "see the devices";
        case action::quarantine: return "put devices into quarantine or release them";
        case action::reload: return "reload the lab";
        case action::audit: return "read the audit trail";
        case action::measure: return "read what the service measures";
    }
    return "do that";
}

role least_role_for(action what) noexcept {
    for (const auto one : all_roles) {
        if (reach_of(one, what) != reach::none) {
            return one;
        }
    }
    return role::operates;
}

}  // namespace rollover::access

// Who may do what: one table, which the service asks for every request, whatever it came by.
#pragma once

#include <optional>
#include <string_view>

namespace rollover::access {

enum class role {
    user,      ///< books what the lab offers, for himself
    author,    ///< also topologies of his own
    operates,  ///< "operator": everything, everybody's
};
[[nodiscard]] std::string_view name_of(role r) noexcept;
/// "user", "author" or "operator"; nothing for another text.
[[nodiscard]] std::optional<role> role_of(std::string_view name) noexcept;

/// What can be asked of the service.
enum class action {
    look,        ///< whether it lives and is ready; its OpenAPI file
    book,        ///< a reservation of a topology that the lab offers
    bring,       ///< a topology of one's own
    see,         ///< reservations, what happened to them, what happens now
    change,      ///< reservations: extend, cancel, begin early
    calendar,    ///< when which device is taken
    devices,     ///< which there are, and their condition
    quarantine,  ///< take a device out of the lab, and let it back in
    reload,      ///< the lab, the platforms, the certificates
    audit,       ///< who did what from where, and what was refused
    measure,     ///< what the service measures of itself
};

/// How far one may go.
enum class reach {
    none,
    own,  ///< what is his; the rest is not there for him, or only as "busy"
    all,
};

struct right {
    action what;
    reach user;
    reach author;
    reach operates;
};

// docs/service.md has the same table for people; routes_access_test tries every cell of it.
inline constexpr right rights[] = {
    {action::look, reach::all, reach::all, reach::all},     {action::book, reach::own, reach::own, reach::all},
    {action::bring, reach::none, reach::own, reach::all},   {action::see, reach::own, reach::own, reach::all},
    {action::change, reach::own, reach::own, reach::all},   {action::calendar, reach::own, reach::own, reach::all},
    {action::devices, reach::own, reach::own, reach::all},  {action::quarantine, reach::none, reach::none, reach::all},
    {action::reload, reach::none, reach::none, reach::all}, {action::audit, reach::none, reach::none, reach::all},
    {action::measure, reach::all, reach::all, reach::all},
};

[[nodiscard]] reach reach_of(role who, action what) noexcept;

/// For messages: "only an operator may " + this.
[[nodiscard]] std::string_view words_of(action what) noexcept;
/// The least role that may do it at all.
[[nodiscard]] role least_role_for(action what) noexcept;

}  // namespace rollover::access

#include "simulators/device/scripted/acts.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rollover::sim::scripted {
namespace {

constexpr std::array<std::pair<std::string_view, act>, 31> act_names{{{"again", act::again},
                                                                      {"configure", act::configure},
                                                                      {"stop", act::stop},
                                                                      {"run", act::run},
                                                                      {"hash", act::hash},
                                                                      {"up", act::up},
                                                                      {"top", act::top},
                                                                      {"leave", act::leave},
                                                                      {"login", act::login},
                                                                      {"check-login", act::check_login},
                                                                      {"save", act::save},
                                                                      {"erase", act::erase},
                                                                      {"load-startup", act::load_startup},
                                                                      {"factory", act::factory},
                                                                      {"reload", act::reload},
                                                                      {"commit", act::commit},
                                                                      {"commit-confirmed", act::commit_confirmed},
                                                                      {"confirm", act::confirm},
                                                                      {"discard", act::discard},
                                                                      {"rollback", act::rollback},
                                                                      {"show-running", act::show_running},
                                                                      {"show-startup", act::show_startup},
                                                                      {"show-candidate", act::show_candidate},
                                                                      {"show-changes", act::show_changes},
                                                                      {"show-section", act::show_section},
                                                                      {"show-as-set", act::show_as_set},
                                                                      {"edit-set", act::edit_set},
                                                                      {"edit-delete", act::edit_delete},
                                                                      {"edit-enter", act::edit_enter},
                                                                      {"set-variable", act::set_variable},
                                                                      {"print-variable", act::print_variable}}};

}  // namespace

std::optional<act> find_act(std::string_view name) {
    const auto found = std::ranges::find(act_names, name, &std::pair<std::string_view, act>::first);
    return found == act_names.end() ? std::nullopt : std::optional(found->second);
}

std::string names_of_acts() {
    std::string all;
    for (const auto& [name, which] : act_names) {
        all += (all.empty() ? "" : ", ") + std::string(name);
    }
    return all;
}

}  // namespace rollover::sim::scripted

// <act do="...">
#include "simulators/device/scripted/scripted_device.h"

#include <algorithm>
#include <charconv>

namespace rollover::sim::scripted {
namespace {

std::size_t number_in(const std::string& text) {
    std::size_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

}  // namespace

bool scripted_device::carry_out(act what, const std::string& with) {
    configuration& c = configuration_;
    switch (what) {
        case act::up: return leave_configuration(true);
        case act::leave: return leave_configuration(false);
        case act::top: c.top(); return true;
        case act::login:
            frames_.clear();
            frames_.push_back({&file().login, 0});
            c.enter_mode(file().modes.front().name);
            return true;
        case act::check_login: check_login(); return true;
        case act::save:
            c.save();
            happened("saved");
            return true;
        case act::erase: c.erase(); return true;
        case act::load_startup:
            c.load_startup();
            tell_link_changes();
            return true;
        case act::factory:
            c.factory();
            tell_link_changes();
            return true;
        case act::reload: {
            frames_.clear();
            terminal_.busy(duration(1), [this] { boot(); });
            return false;
        }
        case act::commit: commit({}); return true;
        case act::commit_confirmed: commit(with); return true;
        case act::confirm:
            later_.cancel(rollback_);
            rollback_ = 0;
            return true;
        case act::discard: c.discard(); return true;
        case act::rollback: c.rollback(number_in(with)); return true;
        case act::show_running: return page(c.running_text());
        case act::show_startup: return page(c.startup_text());
        case act::show_candidate: return page(c.candidate_text());
        case act::show_changes: return page(c.changes_text());
        case act::show_section: return page(c.section_text(c.path().empty() ? with : with.empty() ? c.path() : c.path() + " " + with));
        case act::show_as_set: return page(c.set_text());
        case act::edit_set: report(c.set(with), value("line").value_or("")); return true;
        case act::edit_delete: {
            const edit done = c.remove(with);
            set_value("absent", done.status == ios::parse_status::ok && !done.changed ? "yes" : "");
            if (done.status != ios::parse_status::ok) {
                report(done, value("line").value_or(""));
            }
            return true;
        }
        case act::edit_enter: report(c.enter(with), value("line").value_or("")); return true;
        case act::set_variable: c.set_variable(with); return true;
        case act::print_variable: {
            const std::string found = c.variables(with);
            set_value("found", found.empty() ? "" : "yes");
            return page(found);
        }
    }
    return true;
}

bool scripted_device::leave_configuration(bool only_a_level) {
    const bool was = configuration_.current().configures;
    if (only_a_level) {
        configuration_.up();
    } else if (was) {
        configuration_.enter_mode(configuration_.parent_of_configuration().name);
    }
    if (was && !configuration_.current().configures) {
        happened("configured");
    }
    return true;
}

void scripted_device::commit(const std::string& confirm_minutes) {
    if (rollback_ != 0) {
        later_.cancel(rollback_);
        rollback_ = 0;
    }
    configuration_.commit();
    tell_link_changes();
    if (const std::size_t minutes = number_in(confirm_minutes); minutes > 0) {
        rollback_ = later_.after(std::chrono::minutes(minutes), [this] {
            rollback_ = 0;
            configuration_.rollback(1);
            configuration_.commit();
            tell_link_changes();
        });
    }
}

void scripted_device::check_login() {
    const std::string user = value("user").value_or("");
    const std::string password = value("password").value_or("");
    bool known = !options_.user.empty() && user == options_.user && password == options_.password;
    for (const account& one : file().accounts) {
        known = known || (options_.found_in != "login" && one.user == user && one.password == password);
    }
    set_value("accepted", known ? "yes" : "");
    set_value("password", "");
}

}  // namespace rollover::sim::scripted

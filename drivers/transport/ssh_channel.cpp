#include "drivers/transport/ssh_channel.h"

#include <array>
#include <string_view>

namespace rollover::transport {

namespace {

/// Signal names of RFC 4254 section 6.10 with the numbers that a shell would report.
int number_of_signal(std::string_view name) {
    struct named {
        std::string_view name;
        int number;
    };
    constexpr std::array<named, 13> signals = {{{"HUP", 1},
                                                {"INT", 2},
                                                {"QUIT", 3},
                                                {"ILL", 4},
                                                {"ABRT", 6},
                                                {"FPE", 8},
                                                {"KILL", 9},
                                                {"USR1", 10},
                                                {"SEGV", 11},
                                                {"USR2", 12},
                                                {"PIPE", 13},
                                                {"ALRM", 14},
                                                {"TERM", 15}}};
    for (const auto& one : signals) {
        if (one.name == name) {
            return one.number;
        }
    }
    return 0;
}

ssh_connection& connection_of(void* userdata) {
    return *static_cast<ssh_connection*>(userdata);
}

int on_data(ssh_session, ssh_channel, void*, std::uint32_t, int, void* userdata) {
    connection_of(userdata).nudge(descriptor_events::role::reader);
    return 0;  // nothing is taken: it waits in the channel
}

void on_end(ssh_session, ssh_channel, void* userdata) {
    connection_of(userdata).nudge(descriptor_events::role::reader);
    connection_of(userdata).nudge(descriptor_events::role::writer);
}

void on_exit_signal(ssh_session, ssh_channel, const char* name, int, const char*, const char*, void* number) {
    *static_cast<int*>(number) = number_of_signal(name);
}

}  // namespace

watched_channel::watched_channel(ssh_connection& connection, ssh_channel channel)
    : connection_(connection), channel_(channel) {
    ssh_callbacks_init(&callbacks_);
    callbacks_.userdata = &connection_;
    callbacks_.channel_data_function = on_data;
    callbacks_.channel_eof_function = on_end;
    callbacks_.channel_close_function = on_end;
    ssh_add_channel_callbacks(channel_, &callbacks_);
    ssh_callbacks_init(&signal_callbacks_);
    signal_callbacks_.userdata = &signal_;
    signal_callbacks_.channel_exit_signal_function = on_exit_signal;
    ssh_add_channel_callbacks(channel_, &signal_callbacks_);
}

watched_channel::~watched_channel() {
    ssh_remove_channel_callbacks(channel_, &signal_callbacks_);
    ssh_remove_channel_callbacks(channel_, &callbacks_);
    ssh_channel_free(channel_);
}

}  // namespace rollover::transport

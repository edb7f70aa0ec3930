// The topologies that users of the year book. "m${mark}" is in every configuration: whose it is.
#pragma once

#include <string_view>

namespace rollover::tests {

struct year_topology {
    std::string_view name;
    std::string_view xml;
    unsigned nodes;
    unsigned links;
};

inline constexpr year_topology single{"single", R"(<topology name="single"><parameter name="mark" default="0"/>
<node name="A"><require platform="toy"/><config>
name A
note m${mark}
</config></node></topology>)",
                                      1, 0};

inline constexpr year_topology pair{"pair", R"(<topology name="pair"><parameter name="mark" default="0"/>
<node name="A"><require platform="toy"/><config>
note m${mark}
interface ${A.l}
 address 10.0.0.1/24
 exit
</config><check command="ping 10.0.0.2" expect="3 of 3" within="60s"/></node>
<node name="B"><require platform="toy"/><config>
note m${mark}
interface ${B.l}
 address 10.0.0.2/24
 exit
</config></node>
<link name="l"><end node="A"/><end node="B"/></link></topology>)",
                                    2, 1};

inline constexpr year_topology chain{"chain", R"(<topology name="chain"><parameter name="mark" default="0"/>
<node name="A"><require platform="toy"/><config>
note m${mark}
name A
</config></node>
<node name="B"><require platform="toy"/><config>
note m${mark}
name B
</config></node>
<node name="C"><require platform="toy"/><config>
note m${mark}
name C
</config></node>
<link name="l"><end node="A"/><end node="B"/></link>
<link name="r"><end node="B"/><end node="C"/></link></topology>)",
                                     3, 2};

inline constexpr year_topology routers{"routers", R"(<topology name="routers"><parameter name="mark" default="0"/>
<node name="A"><require platform="cisco-ios"/><config>
hostname A
snmp-server location m${mark}
</config></node>
<node name="B"><require platform="cisco-ios"/><config>
hostname B
snmp-server location m${mark}
</config></node>
<link name="l"><end node="A"/><end node="B"/></link></topology>)",
                                       2, 1};

}  // namespace rollover::tests

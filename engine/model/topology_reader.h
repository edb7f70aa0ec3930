// Reads <topology>: parameters and the names of nodes first, then requirements, configurations, checks and links.
#pragma once

#include "engine/model/name_table.h"
#include "engine/model/topology.h"
#include "engine/model/xml_document.h"

namespace rollover::model {

class topology_reader {
public:
    explicit topology_reader(xml_document& document);

    /// Of use only when no mistake was added to the document's list.
    [[nodiscard]] topology read();

private:
    void read_parameter(element& e);
    void read_node(element& e, node_index self);
    void read_requirement(element& e, node_index self);
    void check_once(const element& e, const node& n, const requirement& r);
    void read_check(element& e, node& n);
    void read_link(element& e);
    /// Delay, loss and rate.
    void read_shape(element& e, link& l);
    void read_end(element& e, link& l, claims& used);
    void check_carrier(const element& e, const link& l) const;

    reading& reading_;
    pugi::xml_node root_;
    topology topology_;
    name_table parameters_{"parameter"};
    name_table nodes_{"node"};
    name_table links_{"link"};
    claims used_;  ///< requirements that may stand once: devices in the file, platform and the like in a node
};

}  // namespace rollover::model

use super::*;

#[test]
fn defaults_parse_and_print_the_same() {
    let config = Config::new(3);
    for id in Id::all() {
        let printed = config.print(id);
        let words: Vec<&[u8]> = match id.row().kind {
            Kind::Special(Special::Bind | Special::Save | Special::ReplicaOf) => {
                special::words(&printed).collect()
            }
            _ if id.row().flags.has(Flags::MULTI_ARG) => special::words(&printed).collect(),
            _ => vec![&printed],
        };
        if id == Id::REPLICAOF {
            continue;
        }
        assert_eq!(config.set(id, &words), Ok(()), "{}", id.row().name);
        assert_eq!(config.print(id), printed, "{}", id.row().name);
        assert!(config.is_default(id), "{}", id.row().name);
    }
}

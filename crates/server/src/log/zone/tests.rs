use super::*;

#[test]
fn days_and_dates_agree() {
    for day in (-800_000..800_000).step_by(13) {
        let (year, month, of_month) = civil(day);
        assert_eq!(days_from_civil(year, month, of_month), day);
    }
    assert_eq!(civil(0), (1970, 1, 1));
    assert_eq!(civil(19_782), (2024, 2, 29));
}

#[test]
fn rules_give_the_offset_of_the_season() {
    let berlin = Zone::from_posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
    // 2024-03-31 01:00 UTC and 2024-10-27 01:00 UTC are the changes.
    for (unix, hours) in [
        (1_711_846_799, 1),
        (1_711_846_800, 2),
        (1_729_990_799, 2),
        (1_729_990_800, 1),
        (1_735_689_600, 1),
    ] {
        assert_eq!(berlin.offset_at(unix), hours * 3600, "{unix}");
    }
    // The other half of the world: summer over the turn of the year.
    let sydney = Zone::from_posix("AEST-10AEDT,M10.1.0,M4.1.0/3").unwrap();
    assert_eq!(sydney.offset_at(1_704_067_200), 11 * 3600);
    assert_eq!(sydney.offset_at(1_719_792_000), 10 * 3600);
    assert_eq!(Zone::from_posix("<+0530>-5:30").unwrap().offset_at(0), 19_800);
    assert_eq!(Zone::from_posix("EST5EDT").unwrap().offset_at(1_719_792_000), -4 * 3600);
    assert_eq!(Zone::from_posix("UTC0").unwrap().offset_at(0), 0);
}

#[test]
fn nonsense_is_refused_without_harm() {
    for text in
        ["", "A", "AB1", "ABC", "ABC1DEF,", "ABC1DEF,M13.1.0,M1.1.0", "ABC1DEF,J0,J1", "ABC999"]
    {
        assert!(Zone::from_posix(text).is_none(), "{text}");
    }
    let mut file = b"TZif2".to_vec();
    file.resize(44, 0xff);
    assert!(Zone::from_tzif(&file).is_none());
    file[20..44].fill(0);
    assert!(Zone::from_tzif(&file).is_none());
    assert!(Zone::from_tzif(b"").is_none());
}

#[test]
fn a_file_is_read() {
    // One change at second 100, from offset 0 to 3600; then the rule.
    let block = |time: &[u8]| {
        let mut bytes = b"TZif2".to_vec();
        bytes.resize(20, 0);
        for count in [0u32, 0, 0, 1, 2, 4] {
            bytes.extend(count.to_be_bytes());
        }
        bytes.extend(time);
        bytes.push(1);
        bytes.extend([0, 0, 0, 0, 0, 0]);
        bytes.extend(3600i32.to_be_bytes());
        bytes.extend([0, 0]);
        bytes.extend(b"UTC\0");
        bytes
    };
    let mut file = block(&100i32.to_be_bytes());
    file.extend(block(&100i64.to_be_bytes()));
    file.extend(b"\nXYZ-1\n");
    let zone = Zone::from_tzif(&file).unwrap();
    assert_eq!([99, 100, 1 << 40].map(|unix| zone.offset_at(unix)), [0, 3600, 3600]);
    for end in 0..file.len() {
        let _ = Zone::from_tzif(&file[..end]);
    }
}

//! Each grammar stands in each place of a request, and the generated code compiles.

#![allow(missing_docs, dead_code)]

macros::protocol! {
    protocol Grammars { problems = "urn:grammars:"; }

    fact thing.gone;
    offset Mark { format = hex[16]; sentinel Start = "-1"; }
    header Text = "text": text 1..=9;
    header RequiredText = "required-text": text 1..=9;
    header LenientText = "lenient-text": text 1..=9;
    header Number = "number": u53;
    header RequiredNumber = "required-number": u53;
    header LenientNumber = "lenient-number": u53;
    header Choice = "choice": one_of { A = "a", B = "b" };
    header RequiredChoice = "required-choice": one_of { A = "a", B = "b" };
    header LenientChoice = "lenient-choice": one_of { A = "a", B = "b" };
    header Media = "media": media_type;
    header RequiredMedia = "required-media": media_type;
    header LenientMedia = "lenient-media": media_type;
    header Time = "time": timestamp;
    header RequiredTime = "required-time": timestamp;
    header LenientTime = "lenient-time": timestamp;
    header Tag = "tag": entity_tag;
    header RequiredTag = "required-tag": entity_tag;
    header LenientTag = "lenient-tag": entity_tag;
    header Tags = "tags": entity_tags;
    header RequiredTags = "required-tags": entity_tags;
    header LenientTags = "lenient-tags": entity_tags;
    header List = "list": list;
    header RequiredList = "required-list": list;
    header LenientList = "lenient-list": list;
    header Secret = "secret": credentials "Bearer";
    header RequiredSecret = "required-secret": credentials "Bearer";
    header LenientSecret = "lenient-secret": credentials "Bearer";
    header Listed = "listed": listed "a";
    header RequiredListed = "required-listed": listed "a";
    header LenientListed = "lenient-listed": listed "a";
    header Offset = "offset": Mark;
    header RequiredOffset = "required-offset": Mark;
    header LenientOffset = "lenient-offset": Mark;
    header Sentinel = "sentinel": Mark or sentinel;
    header RequiredSentinel = "required-sentinel": Mark or sentinel;
    header LenientSentinel = "lenient-sentinel": Mark or sentinel;
    header Path = "path": path_to Thing;
    header RequiredPath = "required-path": path_to Thing;
    header LenientPath = "lenient-path": path_to Thing;
    header Pairs = "pairs": pairs 1..=64;
    header RequiredPairs = "required-pairs": pairs 1..=64;
    header LenientPairs = "lenient-pairs": pairs 1..=64;
    header AllText = "all-text": text 1..=9;
    header AllTextOther = "all-text-other": u53;
    group AllTextGroup = all_or_none { AllText, AllTextOther }
    header AllNumber = "all-number": u53;
    header AllNumberOther = "all-number-other": u53;
    group AllNumberGroup = all_or_none { AllNumber, AllNumberOther }
    header AllChoice = "all-choice": one_of { A = "a", B = "b" };
    header AllChoiceOther = "all-choice-other": u53;
    group AllChoiceGroup = all_or_none { AllChoice, AllChoiceOther }
    header AllMedia = "all-media": media_type;
    header AllMediaOther = "all-media-other": u53;
    group AllMediaGroup = all_or_none { AllMedia, AllMediaOther }
    header AllTime = "all-time": timestamp;
    header AllTimeOther = "all-time-other": u53;
    group AllTimeGroup = all_or_none { AllTime, AllTimeOther }
    header AllTag = "all-tag": entity_tag;
    header AllTagOther = "all-tag-other": u53;
    group AllTagGroup = all_or_none { AllTag, AllTagOther }
    header AllTags = "all-tags": entity_tags;
    header AllTagsOther = "all-tags-other": u53;
    group AllTagsGroup = all_or_none { AllTags, AllTagsOther }
    header AllList = "all-list": list;
    header AllListOther = "all-list-other": u53;
    group AllListGroup = all_or_none { AllList, AllListOther }
    header AllSecret = "all-secret": credentials "Bearer";
    header AllSecretOther = "all-secret-other": u53;
    group AllSecretGroup = all_or_none { AllSecret, AllSecretOther }
    header AllListed = "all-listed": listed "a";
    header AllListedOther = "all-listed-other": u53;
    group AllListedGroup = all_or_none { AllListed, AllListedOther }
    header AllOffset = "all-offset": Mark;
    header AllOffsetOther = "all-offset-other": u53;
    group AllOffsetGroup = all_or_none { AllOffset, AllOffsetOther }
    header AllSentinel = "all-sentinel": Mark or sentinel;
    header AllSentinelOther = "all-sentinel-other": u53;
    group AllSentinelGroup = all_or_none { AllSentinel, AllSentinelOther }
    header AllPath = "all-path": path_to Thing;
    header AllPathOther = "all-path-other": u53;
    group AllPathGroup = all_or_none { AllPath, AllPathOther }
    header AllPairs = "all-pairs": pairs 1..=64;
    header AllPairsOther = "all-pairs-other": u53;
    group AllPairsGroup = all_or_none { AllPairs, AllPairsOther }
    header MostText = "most-text": text 1..=9;
    header MostTextOther = "most-text-other": u53;
    group MostTextGroup = at_most_one { MostText, MostTextOther }
    header MostNumber = "most-number": u53;
    header MostNumberOther = "most-number-other": u53;
    group MostNumberGroup = at_most_one { MostNumber, MostNumberOther }
    header MostChoice = "most-choice": one_of { A = "a", B = "b" };
    header MostChoiceOther = "most-choice-other": u53;
    group MostChoiceGroup = at_most_one { MostChoice, MostChoiceOther }
    header MostMedia = "most-media": media_type;
    header MostMediaOther = "most-media-other": u53;
    group MostMediaGroup = at_most_one { MostMedia, MostMediaOther }
    header MostTime = "most-time": timestamp;
    header MostTimeOther = "most-time-other": u53;
    group MostTimeGroup = at_most_one { MostTime, MostTimeOther }
    header MostTag = "most-tag": entity_tag;
    header MostTagOther = "most-tag-other": u53;
    group MostTagGroup = at_most_one { MostTag, MostTagOther }
    header MostTags = "most-tags": entity_tags;
    header MostTagsOther = "most-tags-other": u53;
    group MostTagsGroup = at_most_one { MostTags, MostTagsOther }
    header MostList = "most-list": list;
    header MostListOther = "most-list-other": u53;
    group MostListGroup = at_most_one { MostList, MostListOther }
    header MostSecret = "most-secret": credentials "Bearer";
    header MostSecretOther = "most-secret-other": u53;
    group MostSecretGroup = at_most_one { MostSecret, MostSecretOther }
    header MostListed = "most-listed": listed "a";
    header MostListedOther = "most-listed-other": u53;
    group MostListedGroup = at_most_one { MostListed, MostListedOther }
    header MostOffset = "most-offset": Mark;
    header MostOffsetOther = "most-offset-other": u53;
    group MostOffsetGroup = at_most_one { MostOffset, MostOffsetOther }
    header MostSentinel = "most-sentinel": Mark or sentinel;
    header MostSentinelOther = "most-sentinel-other": u53;
    group MostSentinelGroup = at_most_one { MostSentinel, MostSentinelOther }
    header MostPath = "most-path": path_to Thing;
    header MostPathOther = "most-path-other": u53;
    group MostPathGroup = at_most_one { MostPath, MostPathOther }
    header MostPairs = "most-pairs": pairs 1..=64;
    header MostPairsOther = "most-pairs-other": u53;
    group MostPairsGroup = at_most_one { MostPairs, MostPairsOther }
    header ExactText = "exact-text": text 1..=9;
    header ExactTextOther = "exact-text-other": u53;
    group ExactTextGroup = exactly_one { ExactText, ExactTextOther }
    header ExactNumber = "exact-number": u53;
    header ExactNumberOther = "exact-number-other": u53;
    group ExactNumberGroup = exactly_one { ExactNumber, ExactNumberOther }
    header ExactChoice = "exact-choice": one_of { A = "a", B = "b" };
    header ExactChoiceOther = "exact-choice-other": u53;
    group ExactChoiceGroup = exactly_one { ExactChoice, ExactChoiceOther }
    header ExactMedia = "exact-media": media_type;
    header ExactMediaOther = "exact-media-other": u53;
    group ExactMediaGroup = exactly_one { ExactMedia, ExactMediaOther }
    header ExactTime = "exact-time": timestamp;
    header ExactTimeOther = "exact-time-other": u53;
    group ExactTimeGroup = exactly_one { ExactTime, ExactTimeOther }
    header ExactTag = "exact-tag": entity_tag;
    header ExactTagOther = "exact-tag-other": u53;
    group ExactTagGroup = exactly_one { ExactTag, ExactTagOther }
    header ExactTags = "exact-tags": entity_tags;
    header ExactTagsOther = "exact-tags-other": u53;
    group ExactTagsGroup = exactly_one { ExactTags, ExactTagsOther }
    header ExactList = "exact-list": list;
    header ExactListOther = "exact-list-other": u53;
    group ExactListGroup = exactly_one { ExactList, ExactListOther }
    header ExactSecret = "exact-secret": credentials "Bearer";
    header ExactSecretOther = "exact-secret-other": u53;
    group ExactSecretGroup = exactly_one { ExactSecret, ExactSecretOther }
    header ExactListed = "exact-listed": listed "a";
    header ExactListedOther = "exact-listed-other": u53;
    group ExactListedGroup = exactly_one { ExactListed, ExactListedOther }
    header ExactOffset = "exact-offset": Mark;
    header ExactOffsetOther = "exact-offset-other": u53;
    group ExactOffsetGroup = exactly_one { ExactOffset, ExactOffsetOther }
    header ExactSentinel = "exact-sentinel": Mark or sentinel;
    header ExactSentinelOther = "exact-sentinel-other": u53;
    group ExactSentinelGroup = exactly_one { ExactSentinel, ExactSentinelOther }
    header ExactPath = "exact-path": path_to Thing;
    header ExactPathOther = "exact-path-other": u53;
    group ExactPathGroup = exactly_one { ExactPath, ExactPathOther }
    header ExactPairs = "exact-pairs": pairs 1..=64;
    header ExactPairsOther = "exact-pairs-other": u53;
    group ExactPairsGroup = exactly_one { ExactPairs, ExactPairsOther }
    header HeadedText = "headed-text": text 1..=9;
    header HeadedTextOther = "headed-text-other": u53;
    group HeadedTextGroup = headed { HeadedText, HeadedTextOther }
    header HeadedNumber = "headed-number": u53;
    header HeadedNumberOther = "headed-number-other": u53;
    group HeadedNumberGroup = headed { HeadedNumber, HeadedNumberOther }
    header HeadedChoice = "headed-choice": one_of { A = "a", B = "b" };
    header HeadedChoiceOther = "headed-choice-other": u53;
    group HeadedChoiceGroup = headed { HeadedChoice, HeadedChoiceOther }
    header HeadedMedia = "headed-media": media_type;
    header HeadedMediaOther = "headed-media-other": u53;
    group HeadedMediaGroup = headed { HeadedMedia, HeadedMediaOther }
    header HeadedTime = "headed-time": timestamp;
    header HeadedTimeOther = "headed-time-other": u53;
    group HeadedTimeGroup = headed { HeadedTime, HeadedTimeOther }
    header HeadedTag = "headed-tag": entity_tag;
    header HeadedTagOther = "headed-tag-other": u53;
    group HeadedTagGroup = headed { HeadedTag, HeadedTagOther }
    header HeadedTags = "headed-tags": entity_tags;
    header HeadedTagsOther = "headed-tags-other": u53;
    group HeadedTagsGroup = headed { HeadedTags, HeadedTagsOther }
    header HeadedList = "headed-list": list;
    header HeadedListOther = "headed-list-other": u53;
    group HeadedListGroup = headed { HeadedList, HeadedListOther }
    header HeadedSecret = "headed-secret": credentials "Bearer";
    header HeadedSecretOther = "headed-secret-other": u53;
    group HeadedSecretGroup = headed { HeadedSecret, HeadedSecretOther }
    header HeadedListed = "headed-listed": listed "a";
    header HeadedListedOther = "headed-listed-other": u53;
    group HeadedListedGroup = headed { HeadedListed, HeadedListedOther }
    header HeadedOffset = "headed-offset": Mark;
    header HeadedOffsetOther = "headed-offset-other": u53;
    group HeadedOffsetGroup = headed { HeadedOffset, HeadedOffsetOther }
    header HeadedSentinel = "headed-sentinel": Mark or sentinel;
    header HeadedSentinelOther = "headed-sentinel-other": u53;
    group HeadedSentinelGroup = headed { HeadedSentinel, HeadedSentinelOther }
    header HeadedPath = "headed-path": path_to Thing;
    header HeadedPathOther = "headed-path-other": u53;
    group HeadedPathGroup = headed { HeadedPath, HeadedPathOther }
    header HeadedPairs = "headed-pairs": pairs 1..=64;
    header HeadedPairsOther = "headed-pairs-other": u53;
    group HeadedPairsGroup = headed { HeadedPairs, HeadedPairsOther }

    outcome NotFound = 404 problem "not-found";
    outcome BadRequest = 400 problem "bad-request";
    outcome Unavailable = 503 problem "unavailable";

    unrouted { path => NotFound; method => NotFound; }

    resource Thing at "/things/{name}" {
        path name: segments 1..=64;

        refuse {
            malformed => BadRequest;
            failure => Unavailable;
            thing.gone => NotFound;
        }

        endpoint read = GET {
            request {
                Text?;
                RequiredText;
                LenientText unless malformed;
                AllTextGroup?;
                MostTextGroup?;
                ExactTextGroup;
                HeadedTextGroup?;
                Number?;
                RequiredNumber;
                LenientNumber unless malformed;
                AllNumberGroup?;
                MostNumberGroup?;
                ExactNumberGroup;
                HeadedNumberGroup?;
                Choice?;
                RequiredChoice;
                LenientChoice unless malformed;
                AllChoiceGroup?;
                MostChoiceGroup?;
                ExactChoiceGroup;
                HeadedChoiceGroup?;
                Media?;
                RequiredMedia;
                LenientMedia unless malformed;
                AllMediaGroup?;
                MostMediaGroup?;
                ExactMediaGroup;
                HeadedMediaGroup?;
                Time?;
                RequiredTime;
                LenientTime unless malformed;
                AllTimeGroup?;
                MostTimeGroup?;
                ExactTimeGroup;
                HeadedTimeGroup?;
                Tag?;
                RequiredTag;
                LenientTag unless malformed;
                AllTagGroup?;
                MostTagGroup?;
                ExactTagGroup;
                HeadedTagGroup?;
                Tags?;
                RequiredTags;
                LenientTags unless malformed;
                AllTagsGroup?;
                MostTagsGroup?;
                ExactTagsGroup;
                HeadedTagsGroup?;
                List?;
                RequiredList;
                LenientList unless malformed;
                AllListGroup?;
                MostListGroup?;
                ExactListGroup;
                HeadedListGroup?;
                Secret?;
                RequiredSecret;
                LenientSecret unless malformed;
                AllSecretGroup?;
                MostSecretGroup?;
                ExactSecretGroup;
                HeadedSecretGroup?;
                Listed?;
                RequiredListed;
                LenientListed unless malformed;
                AllListedGroup?;
                MostListedGroup?;
                ExactListedGroup;
                HeadedListedGroup?;
                Offset?;
                RequiredOffset;
                LenientOffset unless malformed;
                AllOffsetGroup?;
                MostOffsetGroup?;
                ExactOffsetGroup;
                HeadedOffsetGroup?;
                Sentinel?;
                RequiredSentinel;
                LenientSentinel unless malformed;
                AllSentinelGroup?;
                MostSentinelGroup?;
                ExactSentinelGroup;
                HeadedSentinelGroup?;
                Path?;
                RequiredPath;
                LenientPath unless malformed;
                AllPathGroup?;
                MostPathGroup?;
                ExactPathGroup;
                HeadedPathGroup?;
                Pairs?;
                RequiredPairs;
                LenientPairs unless malformed;
                AllPairsGroup?;
                MostPairsGroup?;
                ExactPairsGroup;
                HeadedPairsGroup?;
            }
            answer { not thing.gone => Found; }
            outcome Found = 200;
        }
    }
}

#[test]
fn secrets_are_not_shown() {
    let secret = MostSecretGroup::MostSecret(MostSecret::read("Bearer abc").expect("credentials"));
    assert_eq!(format!("{secret:?}"), "MostSecret((secret))");
}
